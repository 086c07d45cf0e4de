import { chooseLocale, getLocale, type Locale } from '../i18n'
import type { Build } from '../models/manifest'
import type { SettingsStore } from '../platform/settings-store'
import { KNOWN_HUBS, hubUrl, type HubAddress } from '../hub/hubs'
import { omit } from '../shared/omit'
import { readReplySettings, type ReplySettings } from '../shared/reply-settings'
import { Choice } from './choice.svelte'

export interface ModelChoice {
  readonly id: string
  readonly name: string
}

/** What people choose for this browser. Changes are kept at once. */
export class Settings {
  /** How everything looks, by the name that it has as a data attribute of the document; public/boot.js reads the same keys. */
  readonly appearance
  /** The key that sends a question. */
  readonly sendKey
  /** Whether a thought that has ended is folded until somebody opens it. */
  readonly thoughts
  /** What holds for a reply where its chat says nothing else. */
  replyDefaults = $state.raw<ReplySettings>({})
  /** The language of the interface. */
  locale = $state<Locale>(getLocale())
  sidebarOpen = $state(true)
  /** The model that answers; undefined is the built-in one. */
  model = $state.raw<ModelChoice>()
  /** The name of the model that was chosen until it was deleted in another tab, for a note. */
  lostModel = $state<string>()
  /** A hub that somebody entered, as an absolute URL with a slash at the end. */
  ownHub = $state<string>()
  /** What is stored as the own hub and is no address. */
  unreadHub = $state<string>()
  /** The hub to ask first, by its URL; undefined lets the fastest be found. */
  firstHub = $state<string>()
  /** What was chosen on this page; anything else is as stored. */
  #engines = $state.raw<Readonly<Record<string, Build['engine'] | 'automatic'>>>({})
  readonly #store: SettingsStore

  constructor(store: SettingsStore) {
    this.#store = store
    this.appearance = {
      theme: new Choice(store, 'theme', ['system', 'light', 'dark']),
      textSize: new Choice(store, 'text-size', ['normal', 'small', 'large', 'larger']),
      density: new Choice(store, 'density', ['normal', 'compact']),
    }
    this.sendKey = new Choice(store, 'send-key', ['enter', 'ctrl-enter'])
    this.thoughts = new Choice(store, 'thoughts', ['folded', 'open'])
    this.replyDefaults = readReplySettings(parsed(store.get('reply-defaults')))
    this.sidebarOpen = store.get('sidebar') !== 'closed'
    const id = store.get('model')
    if (id !== undefined) this.model = { id, name: store.get('model-name') ?? id }
    const ownHub = store.get('own-hub')
    this.ownHub = ownHub === undefined ? undefined : hubUrl(ownHub)
    if (this.ownHub === undefined) this.unreadHub = ownHub
    this.firstHub = store.get('first-hub')
  }

  /** Hubs in the order in which they are asked. */
  get hubs(): HubAddress[] {
    const own: HubAddress[] = this.ownHub === undefined ? [] : [{ url: this.ownHub, layout: 'huggingface' }]
    const others = KNOWN_HUBS.filter(({ url }) => url !== this.ownHub)
    return [...own, ...others].sort((a, b) => Number(b.url === this.firstHub) - Number(a.url === this.firstHub))
  }

  setModel(model: ModelChoice | undefined): void {
    this.model = model
    this.#store.set('model', model?.id)
    this.#store.set('model-name', model?.name)
  }

  /** A model was deleted, here or in another tab: it is chosen no more, neither here nor by the next page. */
  forgetModel(id: string): void {
    if (this.model?.id === id) this.model = undefined
    this.#store.forget('model', id)
    this.setEngine(id, undefined)
  }

  /** The engine that somebody has chosen for a model, by its id. */
  engineOf(id: string): Build['engine'] | undefined {
    const chosen = this.#engines[id] ?? this.#store.get(`engine:${id}`)
    return chosen === 'webgpu' || chosen === 'processor' ? chosen : undefined
  }

  /** @param engine undefined leaves the choice to the page */
  setEngine(id: string, engine: Build['engine'] | undefined): void {
    this.#engines = { ...this.#engines, [id]: engine ?? 'automatic' }
    this.#store.set(`engine:${id}`, engine)
  }

  /** Lets a model run on an engine as long as this page is open, or until one is set; undefined: as it was chosen. */
  borrowEngine(id: string, engine: Build['engine'] | undefined): void {
    this.#engines = engine ? { ...this.#engines, [id]: engine } : omit(this.#engines, id)
  }

  /** @param text an address; an empty one forgets the own hub @returns whether it could be read; else nothing changes */
  setOwnHub(text: string): boolean {
    const hub = hubUrl(text)
    if (hub === undefined && text !== '') return false
    this.unreadHub = undefined
    if (this.firstHub === this.ownHub) this.setFirstHub(undefined)
    this.ownHub = hub
    this.#store.set('own-hub', hub)
    return true
  }

  setFirstHub(hub: string | undefined): void {
    this.firstHub = hub
    this.#store.set('first-hub', hub)
  }

  setReplyDefaults(defaults: ReplySettings): void {
    this.replyDefaults = defaults
    this.#store.set('reply-defaults', Object.keys(defaults).length === 0 ? undefined : JSON.stringify(defaults))
  }

  setLocale(locale: Locale): void {
    chooseLocale(locale)
    this.locale = locale
  }

  toggleSidebar(): void {
    this.sidebarOpen = !this.sidebarOpen
    this.#store.set('sidebar', this.sidebarOpen ? 'open' : 'closed')
  }
}

/** What a JSON text says; nothing where it is none. */
function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null
  }
}
