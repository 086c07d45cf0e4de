import { artifactsOf } from '../../models/manifest'
import type { CatalogueModel } from '../../models/catalogue'
import type { AppError } from '../../shared/errors'
import type { InstalledModel } from '../../weights/installed-models'
import type { FetchProgress } from '../../weights/weights'
import { TransferRate } from './transfer-rate'

/**
 * The work in progress on a model: the device is examined, the repository is asked, weights are fetched or hashed, or
 * files are copied in or out.
 */
export type Activity = 'examining' | 'inspecting' | 'downloading' | 'verifying' | 'importing' | 'exporting'

/** A model as the list shows it: offered by the catalogue, installed in this browser, or both. */
export class LibraryModel {
  readonly id: string
  readonly name: string
  /** Undefined for a model that somebody added. */
  readonly offer: CatalogueModel | undefined
  /** Undefined until a part of it was fetched. */
  installed = $state.raw<InstalledModel>()
  /** Bytes that are stored. */
  haveBytes = $state(0)
  activity = $state<Activity>()
  progress = $state.raw<FetchProgress>()
  error = $state.raw<AppError>()
  /** Whether its download was refused because this device cannot run it. */
  refused = $state(false)
  /** The result of a check: whether the stored files were right, and how many were thrown away. */
  checked = $state.raw<{ readonly damaged: number }>()
  bytesPerSecond = $state<number>()
  #rate = new TransferRate()
  #controller = new AbortController()

  constructor(id: string, name: string, offer?: CatalogueModel) {
    this.id = id
    this.name = name
    this.offer = offer
  }

  /** Of all its artifacts; of the weights alone before its repository was looked at. */
  get totalBytes(): number {
    return this.installed ? bytesOf(this.installed) : (this.offer?.weights[0]?.bytes ?? 0)
  }

  get complete(): boolean {
    return this.installed !== undefined && this.haveBytes >= bytesOf(this.installed)
  }

  /** Begins an activity; the signal ends it. */
  begin(activity: Activity): AbortSignal {
    this.#controller.abort()
    this.#controller = new AbortController()
    this.#rate = new TransferRate()
    this.activity = activity
    this.progress = undefined
    this.bytesPerSecond = undefined
    this.error = undefined
    this.checked = undefined
    return this.#controller.signal
  }

  report(progress: FetchProgress, now: number): void {
    this.progress = progress
    this.#rate.add(progress.done, now)
    this.bytesPerSecond = this.#rate.bytesPerSecond
    if (progress.phase === 'download') this.haveBytes = progress.done
  }

  end(error?: AppError): void {
    this.activity = undefined
    this.progress = undefined
    this.bytesPerSecond = undefined
    this.error = error
  }

  /** Stops the work in progress; the bytes that arrived stay. @param reason what it then ends with, if that is a failure */
  stop(reason?: AppError): void {
    this.#controller.abort(reason)
  }
}

function bytesOf({ manifest }: InstalledModel): number {
  const distinct = new Map(artifactsOf(manifest).map(({ sha256, bytes }) => [sha256, bytes]))
  return [...distinct.values()].reduce((total, bytes) => total + bytes, 0)
}

/** The progress of all downloads together, from 0 to 1; undefined when there is none. */
export function shareDownloaded(models: readonly LibraryModel[]): number | undefined {
  const running = models.flatMap(({ activity, progress }) => (activity === 'downloading' && progress ? [progress] : []))
  if (running.length === 0) return undefined
  const sum = (of: (progress: FetchProgress) => number) => running.reduce((total, one) => total + of(one), 0)
  return sum(({ done }) => done) / sum(({ total }) => total)
}
