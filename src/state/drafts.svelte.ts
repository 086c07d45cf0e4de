import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import type { Draft, DraftStore } from '../conversations/conversations'
import type { SettingsStore } from '../platform/settings-store'

const EMPTY: Draft = { text: '', pasted: [] }

/** Unsent texts, by the conversation that they are for. What is typed is kept at once. */
export class Drafts {
  readonly #store: DraftStore
  readonly #settings: SettingsStore
  readonly #drafts = new SvelteMap<string, Draft>()
  /** Keys of drafts that are not stored as they are here. */
  readonly #behind = new SvelteSet<string>()

  /** @param settings has the drafts of earlier versions */
  constructor(store: DraftStore, settings: SettingsStore) {
    this.#store = store
    this.#settings = settings
  }

  /**
   * Reads what is stored; what has been typed meanwhile is newer. Where nothing can be stored, drafts last as long as the page.
   * The drafts of an earlier version move into the store; each stays where it was until it is stored.
   */
  async open(): Promise<void> {
    const stored = await this.#store.all().catch(() => [])
    const { oldDrafts } = await import('./old-drafts')
    for (const { key, draft, forget } of oldDrafts(this.#settings)) {
      this.#adopt(key, draft)
      void this.#store.put(key, this.of(key)).then(forget, () => undefined)
    }
    for (const [key, draft] of stored) this.#adopt(key, draft)
  }

  /** The draft of a conversation, or of the new one under `new`. */
  of(key: string): Draft {
    return this.#drafts.get(key) ?? EMPTY
  }

  set(key: string, draft: Draft): void {
    this.#drafts.set(key, draft)
    this.#behind.add(key)
    this.catchUp()
  }

  /** Stores what is newer here than in the store; also what could not be stored before, now that there may be room for it. */
  catchUp(): void {
    for (const key of this.#behind) {
      const draft = this.of(key)
      const isEmpty = draft.text === '' && draft.pasted.length === 0
      void this.#store.put(key, isEmpty ? undefined : draft).then(
        () => {
          if (this.of(key) === draft) this.#behind.delete(key)
        },
        () => undefined,
      )
    }
  }

  #adopt(key: string, draft: Draft): void {
    if (!this.#drafts.has(key)) this.#drafts.set(key, draft)
  }
}
