import type { GgufInspector } from '../../gguf/gguf-inspector'
import { longestContext, MOST_MEMORY } from '../../gguf/memory'
import { parseModelAddress } from '../../hub/address'
import { artifactsOf, type Artifact } from '../../models/manifest'
import { filesOfDrop, filesOfInput } from '../../platform/files'
import { AppError, toAppError } from '../../shared/errors'
import { ggufUnusable } from '../../shared/gguf-problem'
import type { InstalledModel } from '../../weights/installed-models'
import type { GivenFile } from '../../weights/model-files'
import type { FetchOptions } from '../../weights/weights'
import type { WorkerFetcher } from '../../weights/worker-fetcher'
import type { DeviceCheck } from './device-check.svelte'
import type { GgufKernels } from './gguf-kernels'
import { factsOf, ggufId, ggufManifest, SHORTEST_CONTEXT } from './gguf-manifest'
import type { HubFiles } from './hub-files'
import type { HubGguf } from './hub-gguf'
import type { Activity, LibraryModel } from './library-model.svelte'
import type { ModelAdditions } from './model-additions'

/** The list that models are added to. */
interface List {
  models(): readonly LibraryModel[]
  /** The model of this id; a new one is shown without being recorded. */
  show(id: string, name: string): LibraryModel
  /** Removes a model from the list that is not recorded. */
  drop(model: LibraryModel): void
  /** Records a model, and shows it; a model of the same id is replaced. */
  take(installed: InstalledModel): Promise<LibraryModel>
  /** Runs work on a model, with progress and failure shown on it. */
  perform(model: LibraryModel, activity: Activity, task: (options: FetchOptions) => Promise<void>): Promise<void>
}

interface Parts {
  readonly list: List
  readonly additions: ModelAdditions
  readonly gguf: HubGguf
  readonly inspector: Pick<GgufInspector, 'inspect'>
  readonly fetcher: Pick<WorkerFetcher, 'hash' | 'importFiles'>
  readonly kernels: Pick<GgufKernels, 'addTo'>
  readonly device: Pick<DeviceCheck, 'prefersProcessor'>
  readonly now: () => number
}

/** Adds models to the list that a person names or gives. */
export class ModelImports {
  /** The reason why files that were dropped on another page became no model. */
  failure = $state.raw<AppError>()
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Finds a model by name or address. It may be a repository on a hub whose network fits kernels of the site, or one
   * with GGUF files to choose from. It may also be the address of a single GGUF file on a hub, or a folder with a
   * manifest.json of our compiler. No weights are fetched yet.
   *
   * @param given `owner/name`, or an address
   * @returns the files to choose from, with which `take` continues; `unknown` if `given` is none of these
   * @throws {AppError}
   */
  async named(given: string): Promise<'taken' | 'unknown' | HubFiles> {
    const named = parseModelAddress(given)
    if (!named) return 'unknown'
    const { signal } = new AbortController()
    const { list, additions, gguf, device } = this.#parts
    if (named.kind === 'folder') {
      await list.take(await additions.fromFolder(named.folder, signal))
      return 'taken'
    }
    const { repository } = named
    const contents = await gguf.contents(repository, named.revision, signal)
    if (named.kind === 'file') {
      await list.take(await gguf.record(contents, named.path, signal))
      return 'taken'
    }
    const hasFiles = contents.ggufs.length > 0
    // WebLLM's format is for the GPU.
    if (hasFiles && (!contents.hasMlc || device.prefersProcessor)) return gguf.filesOf(contents)
    const catalogue = list.models().flatMap(({ offer }) => offer ?? [])
    try {
      await list.take(await additions.fromRepository(repository, named.revision, catalogue, signal))
      return 'taken'
    } catch (error) {
      // Its weights in WebLLM's format cannot be used, but its other files may.
      if (!hasFiles || !(error instanceof AppError) || error.code !== 'repository-unusable') throw error
      return gguf.filesOf(contents)
    }
  }

  /**
   * Adds one of a repository's files as a model. Only its header is fetched yet.
   *
   * @throws {AppError} as `HubGguf.record` does
   */
  async take({ repository, revision, files }: HubFiles, path: string): Promise<LibraryModel> {
    const { list, gguf } = this.#parts
    const contents = { repository, revision, ggufs: files, hasMlc: false }
    return await list.take(await gguf.record(contents, path, new AbortController().signal))
  }

  /** The files of an input. @returns the added models @throws {AppError} */
  async chosen(files: Iterable<File>): Promise<LibraryModel[]> {
    return await this.#files(filesOfInput(files))
  }

  /** Imports files dropped on the page. @returns as `chosen` @throws {AppError} */
  async dropped(items: Iterable<DataTransferItem>): Promise<LibraryModel[]> {
    return await this.#files(await filesOfDrop(items))
  }

  /** Files that were dropped on another page: a failure waits in `failure` until a person comes to see. */
  async receive(given: readonly GivenFile[]): Promise<void> {
    this.failure = undefined
    // Another thing was dropped, such as a text.
    if (given.length === 0) return
    try {
      await this.#files(given)
    } catch (error) {
      this.failure = toAppError(error)
    }
  }

  /** GGUF files, each a model; or one .zip, or a folder's files. Every byte is checked. */
  async #files(given: readonly GivenFile[]): Promise<LibraryModel[]> {
    // A folder that has a manifest is one model, with its GGUF file if it has one.
    const isFolder = given.some(({ path }) => /(?:^|\/)manifest\.json$/.test(path))
    const ggufs = isFolder ? [] : given.filter(({ path }) => /\.gguf$/i.test(path))
    if (ggufs.length > 0) {
      const models: LibraryModel[] = []
      for (const { file } of ggufs) models.push(await this.#gguf(file))
      return models
    }
    const [only] = given
    // The error for another kind of file names that kind.
    if (only && given.length === 1 && !/\.zip$/i.test(only.path)) return [await this.#gguf(only.file)]
    const { additions, list, fetcher } = this.#parts
    const installed = await additions.fromFiles(given, new AbortController().signal)
    const model = await list.take(installed)
    await list.perform(model, 'importing', (options) =>
      fetcher.importFiles(artifactsOf(installed.manifest), given, options),
    )
    return [model]
  }

  async #gguf(file: File): Promise<LibraryModel> {
    const { inspector, list, fetcher, kernels, now } = this.#parts
    const found = await inspector.inspect(file, new AbortController().signal)
    const longest = longestContext(found.facts)
    if (longest < Math.min(SHORTEST_CONTEXT, found.facts.contextLength))
      throw ggufUnusable('too-large', { file: file.name, bytes: file.size, neededBytes: MOST_MEMORY })
    const id = ggufId(file.name)
    // The model is shown at once, and recorded when its hash is known: hashing a large file takes long.
    const shown = list.show(id, found.facts.name ?? file.name)
    let model = shown
    await list.perform(shown, 'importing', async (options) => {
      const sha256 = await fetcher.hash(file, options)
      const own = isOther(shown, sha256) ? `${id.slice(0, 55)}-${sha256.slice(0, 8)}` : id
      const artifact: Artifact = { path: `${own}.gguf`, bytes: file.size, sha256, role: 'gguf' }
      const manifest = ggufManifest(found, { name: file.name, artifact, id: own }, longest)
      const record = () => list.take({ manifest, ...factsOf(found.facts, longest), addedAt: now() })
      model = await record()
      await fetcher.importFiles([artifact], [{ path: artifact.path, file }], options, [sha256])
      await record()
      await kernels.addTo(model)
    })
    const { error } = shown
    if (!shown.installed) list.drop(shown)
    if (error) throw error
    return model
  }
}

/** Whether there is a model of this id with another file of the same name. */
const isOther = ({ installed }: LibraryModel, sha256: string): boolean =>
  installed !== undefined && !artifactsOf(installed.manifest).some((artifact) => artifact.sha256 === sha256)
