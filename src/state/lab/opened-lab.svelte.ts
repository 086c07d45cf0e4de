import { once } from '../../shared/once'
import type { SettingsStore } from '../../platform/settings-store'
import type { Lab } from './lab.svelte'

/** The key of the note that a run is to go on, so that the next page knows without opening the database. */
export const UNFINISHED = 'lab-unfinished'

/** The lab once it is opened: with its page, or because a run of it was broken off. */
export class OpenedLab {
  lab = $state.raw<Lab>()
  readonly open: () => Promise<Lab>
  readonly #settings: Pick<SettingsStore, 'get'>

  /** @param load fetches the lab */
  constructor(load: () => Promise<Lab>, settings: Pick<SettingsStore, 'get'>) {
    this.#settings = settings
    this.open = once(async () => (this.lab = await load()))
  }

  /** Goes on with a run that was broken off. */
  async resume(): Promise<void> {
    if (this.#settings.get(UNFINISHED) !== undefined) await (await this.open()).open()
  }
}
