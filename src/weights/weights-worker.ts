/**
 * The worker that fetches, verifies and stores weights. It alone may reach other hosts, and it knows nothing of what is
 * said in the page.
 */
import { toAppError } from '../shared/errors'
import { ArtifactStore } from './artifact-store'
import { filePart, repositoryContents } from '../hub/gguf-files'
import { fetchFolderManifest, inspectRepository } from '../hub/repository'
import { ArtifactFetcher } from './artifact-fetcher'
import { exportFiles, hashFile, importFiles, readGivenManifest } from './model-files'
import type { FetchOptions, FetchProgress } from './weights'
import { WEIGHTS_DATABASE } from './weights-database'
import type { FromWeights, Results, ToWeights } from './weights-protocol'

/** A report for every chunk that arrives would keep the page busy. */
const PROGRESS_INTERVAL_MS = 100

const fetcher = new ArtifactFetcher(WEIGHTS_DATABASE)
const store = new ArtifactStore(WEIGHTS_DATABASE)
const running = new Map<number, AbortController>()

globalThis.onmessage = ({ data }: MessageEvent<ToWeights>) => {
  if (data.type === 'cancel') running.get(data.call)?.abort()
  else void run(data)
}

async function run(message: Exclude<ToWeights, { type: 'cancel' }>): Promise<void> {
  const { call } = message
  const controller = new AbortController()
  const { signal } = controller
  running.set(call, controller)
  const reporter = new Reporter(call)
  const onProgress = (progress: FetchProgress) => {
    reporter.report(progress)
  }
  try {
    const result = await perform(message, { signal, onProgress })
    reporter.flush()
    post({ type: 'done', call, result })
  } catch (error) {
    reporter.flush()
    post({ type: 'failed', call, error: signal.aborted ? undefined : toAppError(error).toRecord() })
  } finally {
    running.delete(call)
  }
}

function perform(
  message: Exclude<ToWeights, { type: 'cancel' }>,
  options: FetchOptions,
): Promise<Results[keyof Results]> {
  switch (message.type) {
    case 'ensure':
      return fetcher.ensure(message.artifacts, message.places, options).then(() => undefined)
    case 'verify':
      return fetcher.verify(message.artifacts, options)
    case 'inspect':
      return inspectRepository(message.request, (sha256, file) => store.putWhole(sha256, file), options.signal)
    case 'contents':
      return repositoryContents(message.request, options.signal)
    case 'part':
      return filePart(message.request, options.signal)
    case 'folder':
      return fetchFolderManifest(message.folder, options.signal)
    case 'open':
      return readGivenManifest(message.given)
    case 'import':
      return importFiles(message.artifacts, message.given, store, options, message.hashed).then(() => undefined)
    case 'hash':
      return hashFile(message.file, options)
    case 'export':
      return exportFiles(message.model, message.target, store, options)
  }
}

/** Reports at once, and then no more often than every so often, but always the last. */
class Reporter {
  readonly #call: number
  #latest: FetchProgress | undefined
  #sentAt = -Infinity

  constructor(call: number) {
    this.#call = call
  }

  report(progress: FetchProgress): void {
    this.#latest = progress
    if (performance.now() - this.#sentAt >= PROGRESS_INTERVAL_MS) this.flush()
  }

  flush(): void {
    if (!this.#latest) return
    post({ type: 'progress', call: this.#call, progress: this.#latest })
    this.#latest = undefined
    this.#sentAt = performance.now()
  }
}

function post(message: FromWeights): void {
  globalThis.postMessage(message)
}
