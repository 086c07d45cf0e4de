import * as v from 'valibot'
import { onLeaving } from '../../platform/leaving'
import { isLocked, withLock } from '../../platform/locks'
import type { SettingsStore } from '../../platform/settings-store'

const KEY = 'loading'
const markSchema = v.object({ model: v.string(), lock: v.string() })

/**
 * Notices that a load has ended the page. If a page crashes or is killed, for want of memory for example, the mark of a
 * load in progress stays and its lock does not.
 */
export class LoadWatch {
  readonly #store: SettingsStore

  constructor(store: SettingsStore) {
    this.#store = store
  }

  /** Loads a model, and keeps a mark during the load. @param model its id */
  async during<T>(model: string, load: () => Promise<T>): Promise<T> {
    const lock = `thinktab-load/${crypto.randomUUID()}`
    const unmark = () => {
      // Another tab may have started a load since.
      if (this.#mark()?.lock === lock) this.#store.set(KEY, undefined)
    }
    const stay = onLeaving(unmark)
    try {
      return await withLock(lock, new AbortController().signal, () => {
        this.#store.set(KEY, JSON.stringify({ model, lock }))
        return load()
      })
    } finally {
      stay()
      unmark()
    }
  }

  /** Whether the last attempt to load this model ended its page; reported once. @param model its id */
  async hasEndedPage(model: string): Promise<boolean> {
    const mark = this.#mark()
    if (mark?.model !== model || (await isLocked(mark.lock)) !== false) return false
    this.#store.set(KEY, undefined)
    return true
  }

  #mark(): v.InferOutput<typeof markSchema> | undefined {
    const stored = this.#store.get(KEY)
    if (stored === undefined) return undefined
    const result = v.safeParse(v.pipe(v.string(), v.parseJson(), markSchema), stored)
    return result.success ? result.output : undefined
  }
}
