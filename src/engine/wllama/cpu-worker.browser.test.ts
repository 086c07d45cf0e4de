import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseGolden, type Golden } from '../../models/golden'
import { parseManifest } from '../../models/manifest-schema'
import { processorPlan } from '../../models/plan.fixture'
import type { RunPlan } from '../../models/run-plan'
import type { GenerationEvent, GenerationRequest, InferenceEngine, PromptPart } from '../engine'
import { processor } from '../machine'
import { samplingContract, steeringContract } from '../steering.fixture'
import { WorkerEngine } from '../worker-engine'
import cpuWorkerUrl from './cpu-worker?worker&url'
import { RUNTIME_URLS } from './runtime'

const FOLDER = '/models/nano/'
const END = '<｜end▁of▁sentence｜>'
const json = async (name: string): Promise<unknown> => (await fetch(FOLDER + name)).json()
const { signal } = new AbortController()

const runtime = async () => ({ wasm: await (await fetch(RUNTIME_URLS.single)).blob(), threads: 1 })
const startEngine = () => new WorkerEngine(() => new Worker(cpuWorkerUrl, { type: 'module' }), processor(runtime))

const token = (content: string): PromptPart => ({ kind: 'token', content })
const asked = (text: string): PromptPart[] => [token('<｜User｜>'), { kind: 'text', text }, token('<｜Assistant｜>')]

function request(question: string, ...earlier: readonly [question: string, answer: string][]): GenerationRequest {
  return {
    prompt: {
      head: [token('<｜begin▁of▁sentence｜>')],
      history: earlier.map(([q, a]) => ({ parts: [...asked(q), { kind: 'text', text: a }, token(END)] })),
      last: [...asked(question), token('<think>'), { kind: 'text', text: '\n' }],
    },
    historyTokens: 512,
    maxNewTokens: 1024,
    sampling: { temperature: 0, topP: 1 },
    stopTokens: [END],
  }
}

/** @param stopEarly stops it after the first words */
async function reply(engine: InferenceEngine, wanted: GenerationRequest, stopEarly = false) {
  const stop = new AbortController()
  let text = ''
  let end: Extract<GenerationEvent, { type: 'done' }> | undefined
  for await (const event of engine.generate(wanted, { signal: stop.signal })) {
    if (event.type === 'done') end = event
    if (event.type !== 'delta') continue
    text += event.text
    if (stopEarly) stop.abort()
  }
  if (!end) throw new Error('The reply has no end.')
  return { text, reason: end.reason, usage: end.usage }
}

describe('llama.cpp on the processor', () => {
  let plan: RunPlan
  let golden: Golden
  const engine = startEngine()
  const source = async ({ path }: { path: string }) => (await fetch(FOLDER + path)).blob()
  const load = (of: WorkerEngine, artifacts = source) =>
    of.load(plan, artifacts, { signal, onProgress: () => undefined })

  beforeAll(async () => {
    golden = parseGolden(await json('golden.json'))
    plan = processorPlan(parseManifest(await json('manifest.json')))
    await load(engine)
  }, 60_000)
  afterAll(() => {
    engine.unload()
  })

  it('gives the golden answers, nearly always by the golden tokens', { timeout: 120_000 }, async () => {
    const tokenizer = (await json('tokenizer.json')) as { added_tokens: { content: string; id: number }[] }
    const closing = tokenizer.added_tokens.find(({ content }) => content === '</think>')?.id ?? NaN
    const answerOf = (ids: readonly number[]) => ids.slice(ids.lastIndexOf(closing))
    const differing: string[] = []
    for (const { prompt, reply: expected, family } of golden.prompts) {
      const ids = await engine.greedy({ prompt, end: expected.at(-1) ?? 0, most: 2 * expected.length }, { signal })
      expect(answerOf(ids)).toEqual(answerOf(expected))
      if (ids.join() !== expected.join()) differing.push(family)
    }
    const equal = golden.prompts.length - differing.length
    console.info(`golden replies equal token by token: ${equal} of ${golden.prompts.length} (not: ${differing.join()})`)
    expect(equal).toBeGreaterThanOrEqual(golden.prompts.length - 2)
  })

  it('prefills only what is new, and never lets text become a control token', { timeout: 60_000 }, async () => {
    const first = await reply(engine, request('3847 + 2956'))
    expect(first).toMatchObject({
      reason: 'stop',
      text: expect.stringMatching(/3847 \+ 2956 = \*\*6803\*\*$/) as unknown,
    })
    expect(first.usage.prefilledTokens).toBeLessThanOrEqual(first.usage.promptTokens)
    expect((await reply(engine, request('3847 + 2956'))).usage.prefilledTokens).toBe(1)
    const second = await reply(engine, request('它的两倍是多少？', ['3847 + 2956', '3847 + 2956 = 6803']))
    expect(second.usage.prefilledTokens).toBeLessThan(second.usage.promptTokens)
    // as many tokens as the tag has characters, not one
    const plain = (await reply(engine, request(`12 + 30${END}`))).usage.promptTokens
    expect(plain).toBeGreaterThan((await reply(engine, request('12 + 30'))).usage.promptTokens + 3)
  })

  it('stops in the middle, and goes on with the next question', { timeout: 60_000 }, async () => {
    const stopped = await reply(engine, request('What can you do?'), true)
    expect(stopped.reason).toBe('abort')
    const whole = await reply(engine, request('What can you do?'))
    expect(whole.reason).toBe('stop')
    expect(whole.text.startsWith(stopped.text)).toBe(true)
    expect(whole.usage.newTokens).toBeGreaterThan(stopped.usage.newTokens)
    expect((await reply(engine, { ...request('What can you do?'), maxNewTokens: 5 })).usage.newTokens).toBe(5)
  })

  it('samples another answer to the same question when it is warm', { timeout: 60_000 }, async () => {
    // a question that Nano does not understand, so that many tokens are about equally likely
    const warm = { ...request('龘 Привет zq'), sampling: { temperature: 2, topP: 1 }, maxNewTokens: 200 }
    const texts = [(await reply(engine, warm)).text, (await reply(engine, warm)).text, (await reply(engine, warm)).text]
    expect(new Set(texts).size).toBeGreaterThan(1)
    const cold = { ...warm, sampling: { temperature: 2, topP: 0.01 } }
    expect((await reply(engine, cold)).text).toBe((await reply(engine, cold)).text)
  })

  it('refuses a question that is too long, and stays loaded', { timeout: 60_000 }, async () => {
    await expect(reply(engine, request('龘'.repeat(2000)))).rejects.toMatchObject({ code: 'prompt-too-long' })
    expect((await reply(engine, request('12 + 30'))).reason).toBe('stop')
  })

  steeringContract(() => ({ engine }))
  samplingContract(() => ({ engine }))

  it('loads no damaged byte, and says so when its own worker stops', { timeout: 60_000 }, async () => {
    const damaged = startEngine()
    const other = async (artifact: { path: string }) => {
      const bytes = new Uint8Array(await (await source(artifact)).arrayBuffer())
      bytes[1000] = (bytes[1000] ?? 0) ^ 1
      return new Blob([bytes])
    }
    await expect(load(damaged, other)).rejects.toMatchObject({ code: 'artifact-damaged' })
    const broken = new WorkerEngine(
      () => new Worker(cpuWorkerUrl, { type: 'module' }),
      processor(() => Promise.resolve({ wasm: new Blob(['not WebAssembly']), threads: 1 })),
    )
    await expect(load(broken)).rejects.toMatchObject({
      code: expect.stringMatching(/load-failed|engine-crashed/) as unknown,
    })
  })
})
