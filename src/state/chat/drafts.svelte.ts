import { SvelteMap, SvelteSet } from 'svelte/reactivity'
import {
  conversationOf,
  editKey,
  isNewKey,
  type Draft,
  type DraftStore,
  type Message,
} from '../../conversations/conversations'
import type { SettingsStore } from '../../platform/settings-store'
import { tabMemory } from '../../platform/tab-memory'

type Claim = (name: string, wait?: boolean) => Promise<boolean>

const EMPTY: Draft = { text: '', pasted: [] }
const EMPTY_STORE: ReadonlyMap<string, Draft> = new Map()
/** Where this tab remembers the key of its draft for a new chat. */
const TAB_KEY = 'thinktab-new-draft'
/** Held by the tab that a draft for a new chat belongs to. */
const LOCK = 'thinktab-draft/'

/** Unsent texts, by the conversation that they are for. What is typed is kept at once. */
export class Drafts {
  /**
   * The key of the draft for a new chat in this tab. Another tab has another one. Not of `crypto.randomUUID`, which plain
   * http lacks: the page opens there too.
   */
  newKey = $state(`new/${Math.random().toString(36).slice(2)}`)
  readonly #store: DraftStore
  readonly #settings: SettingsStore
  readonly #claim: Claim
  readonly #drafts = new SvelteMap<string, Draft>()
  /** Keys of drafts that are not stored as they are here. */
  readonly #behind = new SvelteSet<string>()

  /**
   * @param settings has the drafts of earlier versions
   * @param claim takes a name for this tab; false where another one has it. `wait` says that the page before this one may
   *   have it a little longer.
   */
  constructor(store: DraftStore, settings: SettingsStore, claim: Claim) {
    this.#store = store
    this.#settings = settings
    this.#claim = claim
  }

  /**
   * Reads what is stored; what has been typed meanwhile is newer. Where nothing can be stored, drafts last as long as the page.
   * The drafts of an earlier version move into the store; each stays where it was until it is stored.
   */
  async open(): Promise<void> {
    const stored = await this.#store.all().catch(() => EMPTY_STORE)
    const { oldDrafts } = await import('./old-drafts')
    for (const { key, draft, forget } of oldDrafts(this.#settings)) {
      this.#adopt(key, draft)
      void this.#store.put(key, this.of(key)).then(forget, () => undefined)
    }
    for (const [key, draft] of stored) this.#adopt(key, draft)
    await this.#openNew()
  }

  /** The draft of a conversation, or of the new one under `new`. */
  of(key: string): Draft {
    return this.#drafts.get(key) ?? EMPTY
  }

  /** The words that somebody has begun to put a question into, blank if nobody has; of a reply its answer. */
  editOf(message: Message): string {
    return this.of(editKey(message)).text
  }

  /** The thought of a reply that somebody has begun to edit; undefined if nobody has. */
  editedThought(reply: Message): string | undefined {
    return this.of(editKey(reply)).pasted[0]
  }

  /** @param text blank ends the edit of a question @param thought of a reply; without one its edit ends, too */
  keepEdit(message: Message, text: string, ...thought: readonly [] | readonly [string]): void {
    this.set(editKey(message), { text, pasted: thought })
  }

  set(key: string, draft: Draft): void {
    this.#drafts.set(key, draft)
    this.#behind.add(key)
    this.catchUp()
  }

  /**
   * Takes what is sent out of a draft, on the page. In the store it stays until the function that is returned is called:
   * once what was sent is stored there itself.
   *
   * @param left what is not sent
   */
  send(key: string, left = EMPTY): () => void {
    this.#drafts.set(key, left)
    return () => {
      if (this.of(key) === left) this.set(key, left)
    }
  }

  /** The same for an edit. */
  sendEdit(message: Message): () => void {
    return this.send(editKey(message))
  }

  /** Stores the drafts of a conversation that was deleted and is put back, but for those that are stored. */
  async putBack(conversation: string): Promise<void> {
    const stored = await this.#store.all().catch(() => EMPTY_STORE)
    for (const [key, draft] of [...this.#drafts])
      if (conversationOf(key) === conversation && !stored.has(key)) this.set(key, draft)
  }

  /** Stores what is newer here than in the store; also what could not be stored before, now that there may be room for it. */
  catchUp(): void {
    for (const key of this.#behind) {
      const draft = this.of(key)
      const isEmpty = draft.text === '' && draft.pasted.length === 0
      void this.#store.put(key, isEmpty ? undefined : draft).then(
        () => {
          if (this.of(key) !== draft) return
          this.#behind.delete(key)
          if (isEmpty) this.#drafts.delete(key)
        },
        () => undefined,
      )
    }
  }

  /**
   * Takes up the draft for a new chat that this tab had before a reload, else one that a tab which is closed has left. What
   * has been typed already stays.
   */
  async #openNew(): Promise<void> {
    const before = tabMemory.get(TAB_KEY)
    const left = [...this.#drafts.keys()].filter((key) => isNewKey(key) && key !== before)
    for (const key of before === undefined ? left : [before, ...left]) {
      if (this.#drafts.has(this.newKey)) break
      if (this.of(key) !== EMPTY && (await this.#claim(LOCK + key, key === before)) && !this.#drafts.has(this.newKey))
        this.newKey = key
    }
    tabMemory.set(TAB_KEY, this.newKey)
    await this.#claim(LOCK + this.newKey)
  }

  #adopt(key: string, draft: Draft): void {
    if (!this.#drafts.has(key)) this.#drafts.set(key, draft)
  }
}
