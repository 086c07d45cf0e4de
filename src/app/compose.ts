import { conversationOf, type ReplyStats } from '../conversations/conversations'
import { CONVERSATIONS } from '../conversations/idb-conversation-store'
import { KeepingStore } from '../conversations/keeping-store'
import { TemporaryDrafts, TemporaryStore } from '../conversations/temporary-store'
import { IdbDraftStore } from '../conversations/idb-draft-store'
import { capabilities } from '../engine/capabilities'
import { SharedEngine } from '../engine/shared/shared-engine'
import type { ModelManifest } from '../models/manifest'
import { browserVersion, threadFacts } from '../platform/browser-facts'
import { fetchJson } from '../platform/fetch-json'
import { probeGpu } from '../platform/gpu'
import { claim } from '../platform/locks'
import type { SettingsStore } from '../platform/settings-store'
import { siteWorker } from '../platform/site-worker'
import { startWorker } from '../platform/start-worker'
import type { IndexPlace } from '../search/search-protocol'
import { LaterReplies } from '../reasoning/later-replies'
import { once } from '../shared/once'
import { readStored } from '../models/manifest'
import { AirGap } from '../state/site/air-gap.svelte'
import type { Archive } from '../state/history/archive.svelte'
import { Chat } from '../state/chat/chat.svelte'
import { ConversationList } from '../state/history/conversation-list.svelte'
import { Drafts } from '../state/chat/drafts.svelte'
import { LoadWatch } from '../state/models/load-watch'
import { builtInSource, installedSource, keptArtifacts, siteFolder } from '../state/models/model-sources'
import { ModelController } from '../state/models/model.svelte'
import type { ModelLibrary } from '../state/models/model-library.svelte'
import { QuestionQueue } from '../state/chat/question-queue.svelte'
import type { OpenedLab } from '../state/lab/opened-lab.svelte'
import { Router } from '../state/router.svelte'
import { recall } from '../state/models/self-test-memory'
import type { SearchBox } from '../state/history/search-box.svelte'
import { Settings } from '../state/settings.svelte'
import { SiteUpdate } from '../state/site/site-update.svelte'
import type { ThreadChoice } from '../state/models/thread-choice'
import type { VaultSettings } from '../state/vault/vault-settings.svelte'
import type { StorageUse } from '../state/site/storage-use.svelte'
import { StorageHealth } from '../state/site/storage-health.svelte'
import { IdbWeightsStore } from '../weights/idb-weights-store'
import { InstalledModels } from '../weights/installed-models'
import { WEIGHTS_DATABASE } from '../weights/weights-database'
import ggufWorkerUrl from '../gguf/gguf-worker?worker&url'
import weightsWorkerUrl from '../weights/weights-worker?worker&url'
import { WorkerFetcher } from '../weights/worker-fetcher'
import { needed } from './needed'
import type { Backup } from './open-backup'
import type { OpenVault } from './open-vault'

/** Everything the interface needs, built once. */
export interface AppContext {
  readonly chat: Chat
  readonly list: ConversationList
  readonly drafts: Drafts
  readonly queue: QuestionQueue
  readonly model: ModelController
  /** Finds out what this machine can run. */
  readonly checkMachine: () => Promise<void>
  readonly router: Router
  readonly settings: Settings
  readonly airGap: AirGap
  readonly health: StorageHealth
  readonly update: SiteUpdate
  /** The list of models, which is not fetched before somebody wants to see it. */
  readonly library: () => Promise<ModelLibrary>
  /** Stores the site, its engine and the built-in model, so that the next visit needs no network. Once is enough. */
  readonly keepOffline: () => void
  /** What is searched with, which is not fetched before somebody wants to search. */
  readonly openSearch: () => Promise<SearchBox>
  /** What takes chats out and in, which is fetched with the page of the history. */
  readonly archive: () => Promise<Archive>
  /** What takes room, which is fetched with a page that shows it. */
  readonly storageUse: () => Promise<StorageUse>
  /** What keeps copies of chats, which is fetched when the list has been read. */
  readonly backup: () => Promise<Backup>
  /** Whether there is a vault, in which case nothing outside the page may show words. */
  readonly isVaulted: boolean
  /** What makes a vault, locks it and forgets, which is fetched when the list has been read. */
  readonly vault: () => Promise<VaultSettings>
  /** What measures models, which is fetched with its page, or where a run of it was broken off. */
  readonly lab: () => Promise<OpenedLab>
}

/** Builds every implementation. @param hide takes the interface off the page */
export function compose(settingsStore: SettingsStore, vault: OpenVault | undefined, hide: () => void): AppContext {
  const chats = vault?.database ?? CONVERSATIONS
  const kept = new KeepingStore(chats, () => health.caughtUp(), vault?.seal)
  const health = new StorageHealth(() => kept.isBehind)
  vault?.storeSettingsBy((write) => health.attempt('write', write))
  const store = new TemporaryStore(kept)
  const threads = once(
    async () => new (await needed(import('../state/models/thread-choice'))).ThreadChoice(settingsStore, threadFacts),
  )
  // Nano computes in f32.
  const computesWrongly = (adapter: string) =>
    recall(settingsStore, 'f32', adapter, browserVersion())?.verdict.passed === false
  const openEngine = once(async () => (await needed(import('./open-engine'))).engineLeader(threads))
  const engine = new SharedEngine(
    () => capabilities(probeGpu, computesWrongly),
    async (signal) => await (await openEngine()).connect(signal),
  )
  const settings = new Settings(settingsStore)
  const folder = new URL('models/', document.baseURI).href
  const builtIn = builtInSource(`${folder}nano/`, fetchJson)
  const installed = new InstalledModels(readStored)
  const fetcher = new WorkerFetcher(
    () => startWorker(weightsWorkerUrl, 'weights'),
    async (address) => (await needed(import('./ask-place'))).askPlace(address),
  )
  const weights = new IdbWeightsStore(WEIGHTS_DATABASE, fetcher)
  const now = () => Date.now()
  const { model: choice } = settings
  const model = new ModelController({
    source: choice ? installedSource(choice.id, choice.name, installed) : builtIn,
    engine,
    weights,
    wish: (id) => settings.engineOf(id),
    watch: new LoadWatch(settingsStore),
    onReady: (manifest) => {
      void afterLoad(manifest).catch(() => undefined)
    },
    check: async (plan, adapter, signal) => {
      if (plan.build.engine !== 'webgpu' || plan.model.id === builtIn.id) return
      const known = (await installed.get(plan.model.id).catch(() => undefined))?.check
      const { expectedRange, requirePlausible } = await import('../state/models/plausibility')
      const range = expectedRange(plan.build, known)
      if (!range) return
      await requirePlausible(plan, range, {
        engine,
        settings: settingsStore,
        device: { adapter, browserVersion: browserVersion() },
        signal,
      })
    },
  })
  const mayBeLost = (id: string) =>
    void import('../state/models/lost-model').then(({ leaveLost }) =>
      leaveLost(id, { settings, installed, model, builtIn, chat }),
    )
  installed.onDeleted(mayBeLost)
  // It may have been deleted while no page was open that had chosen it.
  if (choice) mayBeLost(choice.id)
  /** Older versions of the built-in model take room for nothing. */
  const afterLoad = async (manifest: ModelManifest) => {
    if (manifest.id !== builtIn.id) await installed.touch(manifest.id, now())
    else await weights.removeOthers(await keptArtifacts(manifest, installed))
  }
  const library = async () => {
    const [{ ModelLibrary }, { DeviceCheck }, { SelfTest }, { parseGolden }, { GgufInspector }, { gpuEngine }] =
      await Promise.all([
        import('../state/models/model-library.svelte'),
        import('../state/models/device-check.svelte'),
        import('../state/models/self-test.svelte'),
        import('../models/golden'),
        import('../gguf/gguf-inspector'),
        import('./open-engine'),
      ])
    const selfTest = new SelfTest({
      engine: gpuEngine(),
      weights,
      settings: settingsStore,
      nano: builtIn,
      nanoF16: siteFolder(`${folder}self-test-f16/`, fetchJson),
      golden: async () => parseGolden(await fetchJson(`${folder}nano/golden.json`)),
      browserVersion: browserVersion(),
    })
    const choice = await threads()
    return new ModelLibrary({
      machine: {
        device: new DeviceCheck({
          probed: checkMachine,
          capabilities: () => model.capabilities,
          settings: settingsStore,
          selfTest,
        }),
        processor: () => choice.facts,
        now,
      },
      stores: { weights, installed },
      model,
      settings,
      site: { builtIn, folder, fetchJson },
      workers: {
        fetcher,
        inspector: new GgufInspector(() => startWorker(ggufWorkerUrl, 'gguf')),
      },
    })
  }
  const openLibrary = once(library)
  const checkMachine = once(() => model.check())
  const list = new ConversationList({
    store,
    health,
    now,
    onUpdate: (conversation) => {
      chat.shown.adopt(conversation)
    },
  })
  const replies = new LaterReplies(
    model,
    once(async () => new (await needed(import('../reasoning/local-replies'))).LocalReplies(model, engine)),
  )
  const chat = new Chat({
    store,
    replies,
    health,
    defaults: () => settings.replyDefaults,
    now,
    events: {
      // A vote asks for its replies itself.
      onReply: (reply) => {
        if (reply.stats && reply.origin?.engine === 'wllama') void tellRate(threads, reply.stats)
        if (reply.poll === undefined) void queue.ended(reply)
      },
      onConversation: (id) => void list.changed(id),
    },
  })
  const update = new SiteUpdate(() => {
    location.reload()
  })
  const isTemporary = (key: string) => {
    const { conversation } = chat.shown
    return conversation?.temporary === true && conversationOf(key) === conversation.id
  }
  const storedDrafts = new IdbDraftStore(chats, vault?.seal)
  const drafts = new Drafts(new TemporaryDrafts(storedDrafts, isTemporary), settingsStore, claim)
  const queue = new QuestionQueue(chat, drafts)
  return {
    chat,
    list,
    drafts,
    queue,
    model,
    checkMachine,
    router: new Router(),
    settings,
    library: openLibrary,
    openSearch: once(() => openSearch({ database: chats, key: vault?.key })),
    archive: once(async () => {
      const { Archive } = await import('../state/history/archive.svelte')
      return new Archive({ store, list, health, now })
    }),
    storageUse: once(async () => {
      const { StorageUse } = await import('../state/site/storage-use.svelte')
      return new StorageUse({
        chats,
        isVaulted: vault !== undefined,
        weights,
        installed,
        builtIn,
        library: openLibrary,
      })
    }),
    backup: once(async () => (await import('./open-backup')).openBackup(list, settingsStore, vault !== undefined)),
    isVaulted: vault !== undefined,
    vault: once(async () =>
      (await import('./open-safety')).openSafety({ chat, drafts, storedDrafts, health, settingsStore, vault, hide }),
    ),
    lab: once(async () => {
      const { openLab } = await import('./open-lab')
      return openLab({ model, replies, engine, settings, settingsStore, installed, builtIn }, vault)
    }),
    health,
    update,
    airGap: new AirGap(),
    keepOffline: offlineKeeper(update),
  }
}

async function openSearch(place: IndexPlace): Promise<SearchBox> {
  const [{ SearchBox }, { WorkerSearch }, { default: url }] = await Promise.all([
    import('../state/history/search-box.svelte'),
    import('../search/worker-search'),
    import('../search/search-worker?worker&url'),
  ])
  return new SearchBox(new WorkerSearch(() => startWorker(url, 'search'), place))
}

/** How fast a reply was written decides on the threads of later ones. */
async function tellRate(choice: () => Promise<ThreadChoice>, { newTokens, decodeMs }: ReplyStats): Promise<void> {
  const threads = await choice()
  threads.measured(newTokens, decodeMs)
}

/** The development server has no service worker: it would keep old modules. */
function offlineKeeper(update: SiteUpdate): () => void {
  if (!import.meta.env.PROD) return () => undefined
  return siteWorker('sw.js', {
    waiting: (activate) => {
      update.waiting(activate)
    },
    replaced: () => {
      update.replaced()
    },
  })
}
