/**
 * The worker that fetches, verifies and stores weights. It alone may reach other hosts, and it knows nothing of the
 * chats in the page. Should a foreign script run in the page, it can ask here for models by their names, and no more
 * (docs/decisions/0029).
 */
import { folderOf } from '../hub/folders'
import { filePart, repositoryContents } from '../hub/gguf-files'
import { KNOWN_HUBS } from '../hub/hubs'
import { fetchFolderManifest, inspectRepository, type RepositoryRequest } from '../hub/repository'
import { keepLedger } from '../platform/keep-ledger'
import { serve, type Call } from '../platform/rpc'
import { AllowedPlaces } from './allowed-places'
import { ArtifactFetcher } from './artifact-fetcher'
import { ArtifactStore } from './artifact-store'
import { exportFiles, hashFile, importFiles, readGivenManifest } from './model-files'
import { readDownload, readFileRequest, readRepositoryRequest } from './requests'
import { untilAirGapped } from './until-air-gapped'
import type { FetchOptions, FetchProgress } from './weights'
import { WEIGHTS_DATABASE } from './weights-database'
import type { WeightsProcedures } from './weights-protocol'

/** A report for every chunk would keep the page busy. */
const PROGRESS_INTERVAL_MS = 100

const fetcher = new ArtifactFetcher(WEIGHTS_DATABASE, folderOf)
const store = new ArtifactStore(WEIGHTS_DATABASE)
const allowed = new AllowedPlaces(
  KNOWN_HUBS.map(({ url }) => url),
  location.origin,
)

keepLedger('page')
serve<WeightsProcedures>({
  allow: (address) => allowed.allow(address),
  ensure: (asked, call) =>
    untilAirGapped(call.signal, (signal) =>
      reporting({ ...call, signal }, async (options) => {
        const { artifacts, places } = readDownload(asked)
        for (const place of [...places.weights, ...places.kernels])
          await allowed.require(typeof place === 'string' ? place : place.hub.url)
        await fetcher.ensure(artifacts, places, options)
      }),
    ),
  verify: (artifacts, call) => reporting(call, (options) => fetcher.verify(artifacts, options)),
  inspect: (request, call) =>
    fetching(call, async (signal) => {
      const asked = await withAllowedHubs(readRepositoryRequest(request))
      return await inspectRepository(asked, (sha256, file) => store.putWhole(sha256, file), signal)
    }),
  contents: (request, call) =>
    fetching(call, async (signal) => {
      return await repositoryContents(await withAllowedHubs(readRepositoryRequest(request)), signal)
    }),
  part: (request, call) =>
    fetching(call, async (signal) => {
      return await filePart(await withAllowedHubs(readFileRequest(request)), signal)
    }),
  folder: (folder, call) =>
    fetching(call, async (signal) => {
      await allowed.require(folder)
      return await fetchFolderManifest(folder, signal)
    }),
  open: (given) => readGivenManifest(given),
  import: ({ artifacts, given, hashed }, call) =>
    reporting(call, async (options) => {
      await importFiles(artifacts, given, store, options, hashed)
    }),
  hash: (file, call) => reporting(call, (options) => hashFile(file, options)),
  export: ({ model, target }, call) => reporting(call, (options) => exportFiles(model, target, store, options)),
})

/** A call that asks the network and reports nothing meanwhile. */
function fetching<T>({ signal }: Call, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return untilAirGapped(signal, (either) => abortable(either, () => task(either)))
}

/** The request, once every hub in it may be asked: nothing goes out before. @throws {AppError} as `AllowedPlaces` does */
async function withAllowedHubs<T extends RepositoryRequest>(request: T): Promise<T> {
  for (const { url } of request.hubs) await allowed.require(url)
  return request
}

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
