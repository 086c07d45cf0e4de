import 'fake-indexeddb/auto'
import { vi } from 'vitest'
import { folderOf } from '../hub/folders'
import { KeepingStore } from '../conversations/keeping-store'
import { TemporaryStore } from '../conversations/temporary-store'
import { IdbDraftStore } from '../conversations/idb-draft-store'
import type { Conversation, Message } from '../conversations/conversations'
import { ScriptedEngine, type Step } from '../engine/scripted/scripted-engine'
import type { Artifact } from '../models/manifest'
import { SettingsStore } from '../platform/settings-store'
import { sha256 } from '../platform/sha256'
import { LocalReplies } from '../reasoning/local-replies'
import { IdbWeightsStore } from '../weights/idb-weights-store'
import { ArtifactFetcher } from '../weights/artifact-fetcher'
import { Chat } from './chat/chat.svelte'
import { ConversationEdits } from './history/conversation-edits'
import { ConversationList } from './history/conversation-list.svelte'
import { Drafts } from './chat/drafts.svelte'
import { builtInSource } from './models/model-sources'
import { QuestionQueue } from './chat/question-queue.svelte'
import { ModelController } from './models/model.svelte'
import { StorageHealth } from './site/storage-health.svelte'

const FOLDER = 'https://thinktab.example/models/nano/'
const PATHS = [
  'mlc-chat-config.json',
  'tensor-cache.json',
  'tokenizer.json',
  'nano.wasm',
  'params_shard_0.bin',
] as const

/** The bytes that the site has under a path: the path itself. */
const bytesOf = (path: string) => new TextEncoder().encode(path)

/** The site's file of this name. */
export async function artifactOf(path: string): Promise<Artifact> {
  const role = path.endsWith('.wasm') ? 'library' : 'shard'
  return { path, bytes: bytesOf(path).length, sha256: await sha256(bytesOf(path).buffer), role }
}

/** A small model's manifest, as JSON. */
export async function manifestJson(): Promise<{ artifacts: Artifact[] } & Record<string, unknown>> {
  return {
    version: 1,
    id: 'nano',
    name: 'Nano',
    parameters: 1,
    contextWindow: 100,
    quantization: 'q4f32_1',
    library: { profile: 'software' },
    requires: { features: [], limits: {} },
    template: 'qwen3',
    sampling: { temperature: 0, topP: 1 },
    historyTokens: 50,
    licence: 'Apache-2.0',
    source: { revision: 'r1' },
    artifacts: await Promise.all(PATHS.map(artifactOf)),
  }
}

/** The site that serves the model's files; `served` counts them, and a test may replace `answer` to let them fail. */
export class Site {
  readonly served: string[] = []
  answer: (path: string) => Response = (path) => new Response(bytesOf(path))

  readonly fetch = (url: string): Promise<Response> => {
    const path = url.slice(FOLDER.length)
    this.served.push(path)
    return Promise.resolve(this.answer(path))
  }
}

let databases = 0

/** The state of one page over real stores (in memory), with a scripted engine and a clock that stands still. */
export function openPage(options: { database?: string; site?: Site; contextWindow?: number } = {}) {
  const database = options.database ?? `page-${++databases}`
  const site = options.site ?? new Site()
  const kept = new KeepingStore(database, () => {
    health.caughtUp()
  })
  const health = new StorageHealth(() => kept.isBehind)
  const store = new TemporaryStore(kept)
  const weights = new IdbWeightsStore(`${database}-weights`, new ArtifactFetcher(`${database}-weights`, folderOf))
  const engine = new ScriptedEngine()
  const draftStore = new IdbDraftStore(database)
  const drafts = new Drafts(draftStore, new SettingsStore(), () => Promise.resolve(true))
  const clock = { now: 1000 }
  const { contextWindow } = options
  const manifest = async () => ({
    ...(await manifestJson()),
    ...(contextWindow !== undefined && { contextWindow, historyTokens: contextWindow }),
  })
  const model = new ModelController({ source: builtInSource(FOLDER, manifest), engine, weights })
  const adopt = (conversation: Conversation) => {
    chat.shown.adopt(conversation)
  }
  const list = new ConversationList({
    store,
    health,
    now: () => clock.now,
    onUpdate: adopt,
  })
  const edits = new ConversationEdits(list, { store, health, now: () => clock.now, onUpdate: adopt })
  const chat: Chat = new Chat({
    store,
    replies: new LocalReplies(model, engine),
    health,
    defaults: () => ({}),
    now: () => clock.now,
    events: {
      onReply: (reply) => void queue.ended(reply),
      onConversation: (id) => void list.changed(id),
    },
  })
  const queue = new QuestionQueue(chat, drafts)
  /** Asks, and waits for the end of this reply. */
  const ask = async (question: string, ...reply: Step[]) => {
    engine.replies.push(reply)
    clock.now += 1000
    await chat.send(question)
  }
  return {
    database,
    site,
    store,
    drafts,
    draftStore,
    weights,
    engine,
    health,
    clock,
    model,
    list,
    edits,
    chat,
    queue,
    ask,
  }
}

export type TestPage = ReturnType<typeof openPage>

/** The messages on the page or in the store, in short: `text` of a question, `text (state)` of a reply. */
export function shown(messages: readonly Message[]): string[] {
  return messages.map(({ role, text, state }) => (role === 'user' ? text : `${text} (${state})`))
}

/** Waits until `assertion` holds, longer than a busy machine needs. */
export async function eventually(assertion: () => void | Promise<void>): Promise<void> {
  await vi.waitFor(assertion, { timeout: 10_000, interval: 10 })
}

/** A promise, and the function that fulfils it. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}
