import type { Artifact, ModelManifest } from '../models/manifest'
import { sha256OfBlob } from '../platform/sha256'
import { AppError } from '../shared/errors'
import { hashOf } from './artifact-download'
import { distinct, sum, type ArtifactStore } from './artifact-store'
import type { FetchOptions } from './weights'

const MANIFEST = 'manifest.json'
const MEBIBYTE = 1024 * 1024
/** The bytes stored at a time, and the most that the browser hashes in one go. */
const BLOCK_BYTES = 16 * MEBIBYTE

/** A file that a person gave to the page, with its path in the chosen folder. */
export interface GivenFile {
  readonly path: string
  readonly file: File
}

/** The destination for a model: a folder or a file that somebody chose; undefined gives a Blob. */
export type Target = FileSystemDirectoryHandle | FileSystemFileHandle | undefined

/** A model's files by their names. */
type FileSet = (path: string) => Promise<Blob | undefined>

/**
 * The manifest.json of the given files: one .zip, or the files of a folder.
 *
 * @throws {AppError} `manifest-invalid` if there is none, `artifact-damaged` if the file is no .zip
 */
export async function readGivenManifest(given: readonly GivenFile[]): Promise<unknown> {
  const blob = await (await openGiven(given))(MANIFEST)
  const wrong = (reason: string) =>
    new AppError('manifest-invalid', `What was given has no ${MANIFEST} that can be read.`, {
      retry: 'later',
      details: { field: MANIFEST, reason },
    })
  if (!blob) throw wrong('no-manifest')
  try {
    return JSON.parse(await blob.text()) as unknown
  } catch {
    throw wrong('manifest-broken')
  }
}

/**
 * SHA-256 of a file that is in no manifest, as lower-case hexadecimal.
 *
 * @throws {AppError} `artifact-damaged` if the file cannot be read any more; the signal's reason when it is aborted
 */
export async function hashFile(file: File, { signal, onProgress }: FetchOptions): Promise<string> {
  const total = file.size
  try {
    return await sha256OfBlob(file, 2 * BLOCK_BYTES, (done) => {
      signal.throwIfAborted()
      onProgress({ phase: 'verify', done, total, verified: done })
    })
  } catch (error) {
    signal.throwIfAborted()
    throw new AppError('artifact-damaged', `${file.name} cannot be read.`, {
      retry: 'later',
      cause: error,
      details: { file: file.name },
    })
  }
}

/**
 * Stores artifacts from files. Every file is hashed first, if it was not just hashed; stored artifacts are left alone.
 *
 * @param hashed sha256 of files that were just hashed
 * @throws {AppError} `artifact-missing` or `artifact-damaged` naming the file; earlier artifacts stay. The signal's
 *   reason when it is aborted
 */
export async function importFiles(
  all: readonly Artifact[],
  given: readonly GivenFile[],
  store: ArtifactStore,
  { signal, onProgress }: FetchOptions,
  hashed: readonly string[] = [],
): Promise<void> {
  const files = await openGiven(given)
  const artifacts = distinct(all)
  const total = sum(artifacts.map(({ bytes }) => bytes))
  let done = 0
  for (const artifact of artifacts) {
    signal.throwIfAborted()
    const onStored = (bytes: number) => {
      onProgress({ phase: 'verify', done: done + bytes, total, verified: done + bytes })
    }
    if (!(await store.has(artifact.sha256))) {
      const blob = await files(artifact.path)
      checkBytes(artifact, blob)
      if (!hashed.includes(artifact.sha256)) await checkHash(artifact, blob)
      await storeFile(artifact, blob, store, { signal, onStored })
    }
    done += artifact.bytes
    onStored(0)
  }
}

/** @throws {AppError} `artifact-missing` or `artifact-damaged` */
function checkBytes({ path, bytes }: Artifact, blob: Blob | undefined): asserts blob is Blob {
  if (!blob)
    throw new AppError('artifact-missing', `${path} is not among the files.`, {
      retry: 'later',
      details: { file: path, expectedBytes: bytes, reason: 'file-missing' },
    })
  if (blob.size !== bytes) throw damaged(path, bytes)
}

/** @throws {AppError} `artifact-damaged` */
async function checkHash({ path, bytes, sha256 }: Artifact, blob: Blob): Promise<void> {
  if ((await hashOf(blob, 2 * BLOCK_BYTES)) !== sha256) throw damaged(path, bytes)
}

const damaged = (path: string, expectedBytes: number): AppError =>
  new AppError('artifact-damaged', `${path} has other bytes than its manifest names.`, {
    retry: 'later',
    details: { file: path, expectedBytes, reason: 'file-damaged' },
  })

async function storeFile(
  { bytes, sha256 }: Artifact,
  blob: Blob,
  store: ArtifactStore,
  { signal, onStored }: { signal: AbortSignal; onStored: (bytes: number) => void },
): Promise<void> {
  const blocks = Array.from({ length: Math.ceil(bytes / BLOCK_BYTES) }, (_, index) => ({
    start: index * BLOCK_BYTES,
    end: Math.min(bytes, (index + 1) * BLOCK_BYTES),
  }))
  for (const { start, end } of blocks) {
    signal.throwIfAborted()
    await store.putBlock(sha256, start, blob.slice(start, end))
    onStored(end)
  }
  await store.putBlockList(sha256, blocks)
}

/**
 * Writes a model with its manifest into a folder, or as one .zip that `importFiles` accepts.
 *
 * @returns the .zip, if there was no target to write it to
 * @throws {AppError} `artifact-missing` if it is not complete; the signal's reason when it is aborted
 */
export async function exportFiles(
  model: ModelManifest,
  target: Target,
  store: ArtifactStore,
  { signal, onProgress }: FetchOptions,
): Promise<Blob | undefined> {
  // An artifact of both builds is written once.
  const named = model.builds.flatMap(({ artifacts: all }) => all).map((artifact) => [artifact.path, artifact] as const)
  const artifacts = [...new Map(named).values()]
  const total = sum(artifacts.map(({ bytes }) => bytes))
  let done = 0
  const write = async (add: (path: string, blob: Blob) => Promise<void>) => {
    await add(MANIFEST, new Blob([JSON.stringify(withoutNames(model), undefined, 1)]))
    for (const { path, bytes, sha256 } of artifacts) {
      signal.throwIfAborted()
      const blob = await store.open(sha256)
      if (blob?.size !== bytes)
        throw new AppError('artifact-missing', `${path} is not stored completely.`, {
          retry: 'later',
          details: { file: path },
        })
      await add(path, blob)
      done += bytes
      onProgress({ phase: 'verify', done, total, verified: done })
    }
  }
  if (target?.kind === 'directory') {
    await write(async (path, blob) => {
      const file = await target.getFileHandle(path, { create: true })
      await blob.stream().pipeTo(await file.createWritable(), { signal })
    })
    return undefined
  }
  const { BlobReader, ZipWriter } = await zip()
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const written = target
    ? readable.pipeTo(await target.createWritable(), { signal }).then(() => undefined)
    : new Response(readable).blob()
  // Weights do not compress; every entry may lie beyond 4 GiB.
  const writer = new ZipWriter(writable, { level: 0, zip64: total > 3e9 })
  try {
    await write(async (path, blob) => {
      await writer.add(path, new BlobReader(blob), { signal })
    })
    await writer.close()
  } catch (error) {
    await writable.abort(error).catch(() => undefined)
    await written.catch(() => undefined)
    throw error
  }
  return await written
}

/** The manifest of the folder itself, in which every file has its stored name. */
function withoutNames(model: ModelManifest): ModelManifest {
  const named = ({ path, bytes, sha256, role }: Artifact) => ({ path, bytes, sha256, role })
  return { ...model, builds: model.builds.map((build) => ({ ...build, artifacts: build.artifacts.map(named) })) }
}

async function openGiven(given: readonly GivenFile[]): Promise<FileSet> {
  const [first] = given
  if (given.length === 1 && first?.path.endsWith('.zip')) return await openZip(first.file)
  const files = new Map(given.map(({ path, file }) => [path, file]))
  const folder = folderOfModel([...files.keys()])
  return (path) => Promise.resolve(files.get(folder + path))
}

/**
 * Of several manifests the one nearest to the root counts; its folder is the model's. The path ends with a slash, or is
 * empty.
 */
function folderOfModel(paths: readonly string[]): string {
  const manifests = paths.filter((path) => path === MANIFEST || path.endsWith(`/${MANIFEST}`))
  const highest = manifests.sort((a, b) => a.split('/').length - b.split('/').length)[0] ?? MANIFEST
  return highest.slice(0, -MANIFEST.length)
}

async function openZip(file: File): Promise<FileSet> {
  const { BlobReader, BlobWriter, ZipReader } = await zip()
  try {
    const entries = new Map((await new ZipReader(new BlobReader(file)).getEntries()).map((one) => [one.filename, one]))
    // A .zip that was made of the folder has the folder's name before each.
    const folder = folderOfModel([...entries.keys()])
    return async (path) => {
      const entry = entries.get(folder + path)
      return entry && !entry.directory ? await entry.getData(new BlobWriter()) : undefined
    }
  } catch (error) {
    throw new AppError('artifact-damaged', `${file.name} is no .zip that can be read.`, {
      retry: 'later',
      cause: error,
      details: { file: file.name, reason: 'zip-broken' },
    })
  }
}

/** Loaded when it is needed; it works in this thread, which is already a worker's. */
async function zip() {
  const library = await import('@zip.js/zip.js/lib/zip-core-native.js')
  library.configure({ useWebWorkers: false })
  return library
}
