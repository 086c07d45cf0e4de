/**
 * The worker that fetches, verifies and stores weights. It alone may reach other hosts, and it knows nothing of the
 * chats in the page.
 */
import { filePart, repositoryContents } from '../hub/gguf-files'
import { fetchFolderManifest, inspectRepository } from '../hub/repository'
import { serve, type Call } from '../platform/rpc'
import { ArtifactFetcher } from './artifact-fetcher'
import { ArtifactStore } from './artifact-store'
import { exportFiles, hashFile, importFiles, readGivenManifest } from './model-files'
import type { FetchOptions, FetchProgress } from './weights'
import { WEIGHTS_DATABASE } from './weights-database'
import type { WeightsProcedures } from './weights-protocol'

/** A report for every chunk would keep the page busy. */
const PROGRESS_INTERVAL_MS = 100

const fetcher = new ArtifactFetcher(WEIGHTS_DATABASE)
const store = new ArtifactStore(WEIGHTS_DATABASE)

serve<WeightsProcedures>({
  ensure: ({ artifacts, places }, call) =>
    reporting(call, async (options) => {
      await fetcher.ensure(artifacts, places, options)
    }),
  verify: (artifacts, call) => reporting(call, (options) => fetcher.verify(artifacts, options)),
  inspect: (request, { signal }) =>
    abortable(signal, () => inspectRepository(request, (sha256, file) => store.putWhole(sha256, file), signal)),
  contents: (request, { signal }) => abortable(signal, () => repositoryContents(request, signal)),
  part: (request, { signal }) => abortable(signal, () => filePart(request, signal)),
  folder: (folder, { signal }) => abortable(signal, () => fetchFolderManifest(folder, signal)),
  open: (given) => readGivenManifest(given),
  import: ({ artifacts, given, hashed }, call) =>
    reporting(call, async (options) => {
      await importFiles(artifacts, given, store, options, hashed)
    }),
  hash: (file, call) => reporting(call, (options) => hashFile(file, options)),
  export: ({ model, target }, call) => reporting(call, (options) => exportFiles(model, target, store, options)),
})

/** Reports at once, and then at most once in this interval, but always the last. */
async function reporting<T>(
  { signal, report }: Call<FetchProgress>,
  task: (options: FetchOptions) => Promise<T>,
): Promise<T> {
  let latest: FetchProgress | undefined
  let sentAt = -Infinity
  const flush = () => {
    if (!latest) return
    report(latest)
    latest = undefined
    sentAt = performance.now()
  }
  const onProgress = (progress: FetchProgress) => {
    latest = progress
    if (performance.now() - sentAt >= PROGRESS_INTERVAL_MS) flush()
  }
  try {
    return await abortable(signal, () => task({ signal, onProgress }))
  } finally {
    flush()
  }
}

/** After an abort, any failure of the task counts as the abort. */
async function abortable<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}
