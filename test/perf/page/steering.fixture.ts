/** The cost of steering a thought, on llama.cpp, whose tokens are so fast that any cost shows. */
import type { GenerationRequest } from '../../../src/engine/engine'
import { processor } from '../../../src/engine/machine'
import { asking, QUESTION, THOUGHT, write } from '../../../src/engine/steering.fixture'
import { processorPlan } from '../../../src/models/plan.fixture'
import { WorkerEngine } from '../../../src/engine/worker-engine'
import { RUNTIME_URLS } from '../../../src/engine/wllama/runtime'
import { folderOf } from '../../../src/hub/folders'
import { IdbWeightsStore } from '../../../src/weights/idb-weights-store'
import { ArtifactFetcher } from '../../../src/weights/artifact-fetcher'
import { manifestIn } from './big-model.fixture'

const MODEL = new URL('/model/resolve/main/', location.origin).href
const TOKENS = 700
const ROUNDS = 12

const quiet = { signal: new AbortController().signal, onProgress: () => undefined }

async function openEngine(): Promise<WorkerEngine> {
  const plan = processorPlan(await manifestIn(MODEL))
  const weights = new IdbWeightsStore('steering', new ArtifactFetcher('steering', folderOf))
  await weights.ensure(plan.build.artifacts, { weights: [MODEL], kernels: [MODEL] }, quiet)
  const start = () =>
    new Worker(new URL('../../../src/engine/wllama/cpu-worker.ts', import.meta.url), { type: 'module' })
  const engine = new WorkerEngine(
    start,
    processor(async () => ({ wasm: await (await fetch(RUNTIME_URLS.single)).blob(), threads: 1 })),
  )
  await engine.load(plan, (artifact) => weights.read(artifact), quiet)
  return engine
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

/** ms a token with every policy of the thought and answer watching, and with none, of the same tokens. */
async function policies(engine: WorkerEngine): Promise<{ on: number; off: number }> {
  // Nano ends early: without stop tokens both write equally much.
  const endless = asking(QUESTION, { stopTokens: [], maxNewTokens: TOKENS })
  const { thought: _, ...bare } = endless
  const watched: GenerationRequest = {
    ...endless,
    longestAnswer: 10 * TOKENS,
    thought: { ...THOUGHT, budget: 10 * TOKENS, answerReserve: 64 },
  }
  const costs: { on: number; off: number }[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const cost = async (request: GenerationRequest) => {
      const { usage } = await write(engine, request)
      return usage.decodeMs / usage.newTokens
    }
    costs.push({ on: await cost(watched), off: await cost(bare) })
  }
  // Other work of the machine only ever slows a run.
  return { on: Math.min(...costs.map(({ on }) => on)), off: Math.min(...costs.map(({ off }) => off)) }
}

/**
 * Tokens forced by "answer now", and decode steps from the wish to the first token of the answer, without the forced
 * ones.
 */
async function answerNow(engine: WorkerEngine): Promise<{ forced: number; steps: number }> {
  const found: { forced: number; steps: number }[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    let [asked, answered, tokens] = [0, 0, 0]
    const wish = new AbortController()
    let text = ''
    let forced = 0
    const begun = performance.now()
    let perToken = 0
    const request = asking(QUESTION)
    for await (const event of engine.generate(request, { ...quiet, answerNow: wish.signal })) {
      if (event.type === 'closed') forced = event.tokens
      if (event.type !== 'delta') continue
      tokens += event.ids.length
      text += event.text
      if (tokens >= 16 && asked === 0) {
        asked = performance.now()
        perToken = (asked - begun) / tokens
        wish.abort()
      }
      if (answered === 0 && /<\/think>\s*\S/.test(text)) answered = performance.now()
    }
    found.push({ forced, steps: (answered - asked) / perToken })
  }
  return { forced: Math.max(...found.map((each) => each.forced)), steps: median(found.map(({ steps }) => steps)) }
}

/** Tokens prefilled when a reply continues / tokens that an empty KV cache lacks. */
async function continuing(): Promise<{ prefilled: number; lacking: number }> {
  const count = 24
  const begun = await write(await fresh(), asking(QUESTION, { maxNewTokens: count }))
  const next = await write(await fresh(), asking(QUESTION, { reply: begun.ids, maxNewTokens: 4 }))
  return { prefilled: next.usage.prefilledTokens, lacking: begun.usage.promptTokens + count }
}

let last: WorkerEngine | undefined
/** An engine with an empty KV cache. */
async function fresh(): Promise<WorkerEngine> {
  last?.unload()
  last = await openEngine()
  return last
}

/** All of the above, one after the other. */
export async function steering() {
  const engine = await fresh()
  return {
    policies: await policies(engine),
    answerNow: await answerNow(engine),
    continuing: await continuing(),
  }
}
