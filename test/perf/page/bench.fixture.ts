/** Measurements that need the rooms themselves: a page of its own, which bench.mjs builds and drives. */
import { flushSync, mount, unmount } from 'svelte'
import { IdbConversationStore } from '../../../src/conversations/idb-conversation-store'
import { IdbDraftStore } from '../../../src/conversations/idb-draft-store'
import type { Message } from '../../../src/conversations/conversations'
import { ScriptedEngine, type Step } from '../../../src/engine/scripted/scripted-engine'
import { SettingsStore } from '../../../src/platform/settings-store'
import { newConversationId, newMessageId } from '../../../src/shared/ids'
import { AirGap } from '../../../src/state/site/air-gap.svelte'
import { Chat } from '../../../src/state/chat/chat.svelte'
import { ConversationList } from '../../../src/state/history/conversation-list.svelte'
import { Drafts } from '../../../src/state/chat/drafts.svelte'
import { builtInSource } from '../../../src/state/models/model-sources'
import { QuestionQueue } from '../../../src/state/chat/question-queue.svelte'
import { ModelController } from '../../../src/state/models/model.svelte'
import { Router } from '../../../src/state/router.svelte'
import { Settings } from '../../../src/state/settings.svelte'
import { SiteUpdate } from '../../../src/state/site/site-update.svelte'
import { StorageHealth } from '../../../src/state/site/storage-health.svelte'
import Shell from '../../../src/ui/Shell.svelte'
import '../../../src/ui/styles/base.css'
import { LocalReplies } from '../../../src/reasoning/local-replies'
import { folderOf } from '../../../src/hub/folders'
import { IdbWeightsStore } from '../../../src/weights/idb-weights-store'
import { ArtifactFetcher } from '../../../src/weights/artifact-fetcher'
import type { BareRequest } from './bare-worker'
import { bareLoad, download, plainFetch, warmLoad } from './big-model.fixture'
import { longDecode } from './long-decode.fixture'
import { overheadBegin, overheadDecode, overheadLoad } from './overhead.fixture'
import { smollm } from './smollm.fixture'
import { steering } from './steering.fixture'

const MODEL = new URL('/model/resolve/main/', location.origin).href
const manifestJson = async (): Promise<unknown> => (await fetch(`${MODEL}manifest.json`)).json()

const TOKENS_PER_EVENT = 4 // of an engine at 250 tokens/s that posts every 16 ms

interface Gate {
  readonly opened: Promise<void>
  open: () => void
}

function gate(): Gate {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

/** Lets the engine's event reach the page: a task after all microtasks, without the delay of a timer. */
function nextTask(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = () => resolve()
    port2.postMessage(null)
  })
}

/** Tokens after which the shape of the text repeats itself. */
const PERIOD = 120

/** The text of token `index`: words, with a new paragraph or list now and then. */
function tokenText(index: number): string {
  if (index % PERIOD === PERIOD - 1) return '\n\n'
  if (index % PERIOD === PERIOD / 2) return '\n- item'
  return index % 17 === 0 ? ' **bold**' : ' word'
}

/** Tokens of an item, a row or a line in the shapes that are one block. */
const LINE = 8

/** One block that grows: its beginning, and its text by tokens. */
const SHAPES: Record<string, { readonly start: string; readonly token: (index: number) => string }> = {
  mixed: { start: '', token: tokenText },
  list: { start: 'A list:\n', token: (index) => (index % LINE === 0 ? '\n- item' : ' word') },
  table: {
    start: '| a | b | c |\n|---|---|---|\n| 0',
    token: (index) => (['\n| ', 'word', ' word', ' | ', '12', ' | ', 'more', ' |'] as const)[index % LINE] ?? '',
  },
  paragraph: { start: 'A text', token: (index) => (index % 17 === 0 ? '. **Bold**' : ' word') },
  chinese: { start: '一段', token: (index) => (index % 17 === 0 ? '，**重点**' : '文字') },
  fence: { start: '```python\n', token: (index) => (index % LINE === 0 ? '\n    value = ' : 'word + ') },
}

/** The page with a scripted engine; `earlier` messages are stored in its conversation beforehand. */
async function openShell(name: string, earlier: number) {
  const store = new IdbConversationStore(name)
  const conversation = { id: newConversationId(), title: name, createdAt: 1, updatedAt: 1, leafId: null }
  const messages: Message[] = []
  for (let index = 0; index < earlier; index += 1)
    messages.push({
      id: newMessageId(),
      conversationId: conversation.id,
      parentId: messages.at(-1)?.id ?? null,
      role: index % 2 === 0 ? 'user' : 'assistant',
      createdAt: index,
      state: 'done',
      text: index % 2 === 0 ? `question ${index}` : `a thought\n</think>\n\nThe **answer** to question ${index}.`,
    })
  if (earlier > 0) await store.append({ ...conversation, leafId: messages.at(-1)?.id ?? null }, messages)
  const engine = new ScriptedEngine()
  const health = new StorageHealth()
  const weights = new IdbWeightsStore(`${name}-weights`, new ArtifactFetcher(`${name}-weights`, folderOf))
  const model = new ModelController({ source: builtInSource(MODEL, manifestJson), engine, weights })
  const list = new ConversationList({ store, health, now: () => Date.now(), onUpdate: () => undefined })
  const chat = new Chat({
    store,
    replies: new LocalReplies(model, engine),
    health,
    defaults: () => ({}),
    now: () => Date.now(),
    events: { onConversation: () => undefined },
  })
  const drafts = new Drafts(new IdbDraftStore(name), new SettingsStore(), () => Promise.resolve(true))
  const props = {
    chat,
    list,
    drafts,
    queue: new QuestionQueue(chat, drafts),
    library: () => Promise.reject(new Error('No list of models is measured.')),
    model,
    router: new Router(),
    pages: [],
    settings: new Settings(new SettingsStore()),
    airGap: new AirGap(),
    health,
    update: new SiteUpdate(() => undefined),
    openSearch: () => Promise.reject(new Error('not asked for')),
    vault: () => Promise.reject(new Error('not asked for')),
    prefill: undefined,
  }
  const target = document.getElementById('app')
  if (!target) throw new Error('no #app')
  const shell = mount(Shell, { target, props })
  if (earlier > 0) await chat.shown.open(conversation.id)
  await model.ready(new AbortController().signal)
  return { chat, engine, close: () => unmount(shell) }
}

/**
 * Median cost of a token on the main thread, in ms, in each window of token numbers, while a reply of `tokens` streams.
 * It covers the scripts that process it, and the frame that shows it.
 */
async function tokenCost(
  part: 'thought' | 'answer',
  tokens: number,
  earlier: number,
  windows: [number, number][],
  shape = 'mixed',
) {
  const text = SHAPES[shape]
  if (!text) throw new Error(`There is no shape called ${shape}.`)
  const { chat, engine, close } = await openShell(`cost-${part}-${tokens}-${earlier}-${Date.now()}`, earlier)
  const gates: Gate[] = []
  const steps: Step[] = part === 'answer' ? [`x\n</think>\n\n${text.start}`] : []
  for (let index = 0; index < tokens; index += 1) {
    if (index % TOKENS_PER_EVENT === 0) {
      const next = gate()
      gates.push(next)
      steps.push(next.opened)
    }
    steps.push(text.token(index))
  }
  engine.replies.push(steps)
  const sent = chat.send('go on')
  while (chat.live?.phase === undefined) await nextTask()
  await nextTask()
  const costs: number[] = []
  for (const [index, next] of gates.entries()) {
    const token = index * TOKENS_PER_EVENT
    const measured = windows.some(([from, to]) => from <= token && token < to)
    const start = performance.now()
    next.open()
    await nextTask()
    flushSync()
    const scripts = performance.now() - start
    if (measured || index % 16 === 0) await new Promise(requestAnimationFrame)
    const frame = performance.now()
    if (measured) await nextTask() // style, layout and paint follow the animation frame's callbacks, in its task
    costs.push((scripts + performance.now() - frame) / TOKENS_PER_EVENT)
  }
  await sent
  await close()
  return windows.map(([from, to]) => {
    const part = costs.slice(from / TOKENS_PER_EVENT, to / TOKENS_PER_EVENT).sort((a, b) => a - b)
    return part[Math.floor(part.length / 2)] ?? NaN
  })
}

/** Main-thread tasks over 50 ms while tokens come at 100 a second for this many seconds. */
async function longTasks(seconds: number): Promise<number> {
  const { chat, engine, close } = await openShell(`long-${Date.now()}`, 1)
  let long = 0
  const observer = new PerformanceObserver((entries) => (long += entries.getEntries().length))
  const gates = Array.from({ length: seconds * 50 }, gate)
  engine.replies.push(
    gates.flatMap(({ opened }, index): Step[] => [opened, tokenText(2 * index), tokenText(2 * index + 1)]),
  )
  const sent = chat.send('go on')
  await new Promise((resolve) => setTimeout(resolve, 500))
  observer.observe({ type: 'longtask' })
  for (const next of gates) {
    next.open()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  observer.disconnect()
  await sent
  await close()
  return long
}

let bareWorker: Worker | undefined

/** Tokens a second of a bare MLCEngine for a prompt, from its first chunk to its last, as this page sees them. */
function bareRate(prompt: string): Promise<number> {
  bareWorker ??= new Worker(new URL('./bare-worker.ts', import.meta.url), { type: 'module' })
  const worker = bareWorker
  let first: number | undefined
  let tokens = 0
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message))
    worker.onmessage = ({ data }: MessageEvent<{ text?: string; tokens?: number; done?: true }>) => {
      if (data.tokens !== undefined) tokens = data.tokens
      else if (data.text) first ??= performance.now()
      if (data.done) resolve(((tokens - 1) * 1000) / (performance.now() - (first ?? NaN)))
    }
    worker.postMessage({ folder: MODEL, cacheBackend: 'cache', prompt } satisfies BareRequest)
  })
}

Object.assign(globalThis, {
  bench: {
    tokenCost,
    longTasks,
    bareRate,
    plainFetch,
    download,
    warmLoad,
    bareLoad,
    longDecode,
    overheadBegin,
    overheadDecode,
    overheadLoad,
    smollm,
    steering,
  },
})
