import type { GgufInspector } from '../../gguf/gguf-inspector'
import type { InstalledModels } from '../../weights/installed-models'
import type { WeightsStore } from '../../weights/weights'
import type { WorkerFetcher } from '../../weights/worker-fetcher'
import type { DeviceCheck } from './device-check.svelte'
import type { ModelController, ModelSource } from './model.svelte'
import type { Settings } from '../settings.svelte'

/** The parts that a ModelLibrary is built from. */
export interface ModelLibraryParts {
  readonly stores: { readonly weights: WeightsStore; readonly installed: InstalledModels }
  readonly model: ModelController
  readonly settings: Settings
  /** The content that comes with the site. */
  readonly site: {
    readonly builtIn: ModelSource
    /** Absolute URL of the site's models folder, with a slash at its end. */
    readonly folder: string
    readonly fetchJson: (url: string) => Promise<unknown>
  }
  readonly workers: {
    /** Repositories, folders and files, through the weights worker. */
    readonly fetcher: Omit<WorkerFetcher, 'ensure' | 'verify'>
    /** Inspects files for llama.cpp. */
    readonly inspector: Pick<GgufInspector, 'inspect' | 'inspectRemote'>
  }
  readonly machine: {
    readonly device: DeviceCheck
    /** Threads that llama.cpp gets, and bytes of weights a second, if they were measured. */
    readonly processor: () => { readonly threads: number; readonly bytesPerSecond: number | undefined }
    /** ms since the epoch */
    readonly now: () => number
  }
}
