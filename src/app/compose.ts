import { IdbConversationStore } from '../conversations/idb-conversation-store'
import engineWorkerUrl from '../engine/webllm/engine-worker?worker&url'
import { WorkerEngine } from '../engine/worker-engine'
import { fetchJson } from '../platform/fetch-json'
import { SettingsStore } from '../platform/settings-store'
import { registerSiteWorker } from '../platform/site-worker'
import { trustedScriptUrl } from '../platform/trusted'
import { Chat } from '../state/chat.svelte'
import { ConversationList } from '../state/conversation-list.svelte'
import { ModelController } from '../state/model.svelte'
import { Settings } from '../state/settings.svelte'
import { SiteUpdate } from '../state/site-update.svelte'
import { StorageHealth } from '../state/storage-health.svelte'
import { IdbWeightsStore } from '../weights/idb-weights-store'

/** Everything the interface needs, built once. */
export interface AppContext {
  readonly chat: Chat
  readonly list: ConversationList
  readonly model: ModelController
  readonly settings: Settings
  readonly health: StorageHealth
  readonly update: SiteUpdate
  /** Stores the site, its engine and the built-in model, so that the next visit needs no network. Once is enough. */
  readonly keepOffline: () => void
}

/** Builds every implementation. The model is the one that ships with the site. */
export function compose(): AppContext {
  const store = new IdbConversationStore()
  const health = new StorageHealth()
  const engine = new WorkerEngine(
    () => new Worker(trustedScriptUrl(engineWorkerUrl), { type: 'module', name: 'engine' }),
  )
  const model = new ModelController({
    id: 'nano',
    folder: new URL('models/nano/', document.baseURI).href,
    engine,
    weights: new IdbWeightsStore(),
    manifestSource: (folder) => fetchJson(new URL('manifest.json', folder).href),
  })
  const list = new ConversationList(store, health, (conversation) => {
    chat.retitle(conversation)
  })
  const chat = new Chat({
    store,
    engine,
    model,
    health,
    now: () => Date.now(),
    onConversation: () => void list.refresh(),
  })
  const update = new SiteUpdate(() => {
    location.reload()
  })
  return {
    chat,
    list,
    model,
    settings: new Settings(new SettingsStore()),
    health,
    update,
    keepOffline: offlineKeeper(update),
  }
}

/** The development server has no service worker: it would keep old modules. */
function offlineKeeper(update: SiteUpdate): () => void {
  let begun = !import.meta.env.PROD
  return () => {
    if (begun) return
    begun = true
    void registerSiteWorker('sw.js', {
      waiting: (activate) => {
        update.waiting(activate)
      },
      replaced: () => {
        update.replaced()
      },
    })
  }
}
