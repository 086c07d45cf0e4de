/** The cost of a token late in a long reply, in the app's engine and in a bare MLCEngine. */
import { gpuPlan } from '../../../src/models/plan.fixture'
import { WorkerEngine } from '../../../src/engine/worker-engine'
import { folderOf } from '../../../src/hub/folders'
import { IdbWeightsStore } from '../../../src/weights/idb-weights-store'
import { ArtifactFetcher } from '../../../src/weights/artifact-fetcher'
import type { BareRequest } from './bare-worker'
import { manifestIn } from './big-model.fixture'

/** The built-in model with a longer context, as bench.mjs makes it. */
const LONG = new URL('/long/resolve/main/', location.origin).href

const BEGIN = '<｜begin▁of▁sentence｜>'
const QUESTION = 'What is 48213 + 39975?'

/** Token numbers between which the time is taken: around the 200th and the 4,000th. */
const EARLY = { from: 136, to: 264 }
const LATE = { from: 3936, to: 4064 }

/** When a text came. */
class Arrivals {
  text = ''
  readonly #times: [length: number, at: number][] = []

  add(text: string): void {
    this.text += text
    this.#times.push([this.text.length, performance.now()])
  }

  /** ms between two places of the text. */
  between(from: number, to: number): number {
    const timeOf = (place: number) => this.#times.find(([length]) => length >= place)?.[1] ?? NaN
    return timeOf(to) - timeOf(from)
  }
}

/** The reply of the app's engine; `places` maps numbers of tokens to lengths of the text so far. */
async function askApp(): Promise<{ arrivals: Arrivals; places: Map<number, number> }> {
  const quiet = { signal: new AbortController().signal, onProgress: () => undefined }
  const plan = gpuPlan(await manifestIn(LONG))
  const weights = new IdbWeightsStore('long', new ArtifactFetcher('long', folderOf))
  await weights.ensure(plan.build.artifacts, { weights: [LONG], kernels: [LONG] }, quiet)
  const start = () =>
    new Worker(new URL('../../../src/engine/webllm/engine-worker.ts', import.meta.url), { type: 'module' })
  const engine = new WorkerEngine(start)
  await engine.load(plan, (artifact) => weights.read(artifact), quiet)
  const arrivals = new Arrivals()
  const places = new Map<number, number>()
  let tokens = 0
  const last = [{ kind: 'text', text: QUESTION }] as const
  const prompt = { head: [{ kind: 'token', content: BEGIN }], history: [], last } as const
  const sampling = { temperature: 0, topP: 1 }
  const request = { prompt, historyTokens: 0, maxNewTokens: LATE.to + 16, sampling, stopTokens: [] }
  for await (const event of engine.generate(request, quiet)) {
    if (event.type !== 'delta') continue
    tokens += event.ids.length
    arrivals.add(event.text)
    places.set(tokens, arrivals.text.length)
  }
  engine.unload()
  return { arrivals, places }
}

async function askBare(): Promise<Arrivals> {
  const arrivals = new Arrivals()
  const worker = new Worker(new URL('./bare-worker.ts', import.meta.url), { type: 'module' })
  await new Promise<void>((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message))
    worker.onmessage = ({ data }: MessageEvent<{ text?: string; done?: true }>) => {
      arrivals.add(data.text ?? '')
      if (data.done) resolve()
    }
    const request = { folder: LONG, cacheBackend: 'cache', prompt: BEGIN + QUESTION, tokens: LATE.to + 16 } as const
    worker.postMessage(request satisfies BareRequest)
  })
  worker.terminate()
  return arrivals
}

/**
 * ms a token around the 4,000th and around the 200th. Both engines continue the same prompt greedily, so that a place in the
 * text is the same token in both.
 */
export async function longDecode(): Promise<Record<'app' | 'bare', { early: number; late: number }>> {
  const { arrivals: app, places } = await askApp()
  const bare = await askBare()
  const placeOf = (token: number) => [...places].find(([count]) => count >= token)?.[1] ?? NaN
  if (app.text.slice(0, placeOf(LATE.to)) !== bare.text.slice(0, placeOf(LATE.to)))
    throw new Error(`The engines wrote different texts: ${app.text.slice(-200)} | ${bare.text.slice(-200)}`)
  const costs = (arrivals: Arrivals) => {
    const cost = ({ from, to }: typeof EARLY) => arrivals.between(placeOf(from), placeOf(to)) / (to - from)
    return { early: cost(EARLY), late: cost(LATE) }
  }
  return { app: costs(app), bare: costs(bare) }
}
