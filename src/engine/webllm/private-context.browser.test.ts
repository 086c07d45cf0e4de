import type { MLCEngine } from '@mlc-ai/web-llm'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseManifest } from '../../models/manifest-schema'
import { gpuPlan } from '../../models/plan.fixture'
import { countTraffic, type Traffic } from './gpu-traffic.fixture'
import { startEngine } from './load'
import { withoutKernels } from './private-context'
import type { LlmChatPipeline } from './private-members'
import { PrivatePipeline } from './private-pipeline'

const TOKENS = 60
const PROMPT = '<｜begin▁of▁sentence｜><｜User｜>What is 3847 + 2956?<｜Assistant｜><think>\n'

const PROMPT_IDS = [1037, 1038, 60, 61, 62, 63, 1039]
const GREEDY = { temperature: 0, topP: 1 }

/** Nano is so sure of its tokens that only a high temperature draws others. */
const SAMPLINGS = [{ temperature: 0 }, { temperature: 2, seed: 7 }, { temperature: 3, top_p: 0.9, seed: 8 }]

/** Replies of WebLLM's own completions, the likeliest and drawn ones. */
async function replies(engine: MLCEngine): Promise<string[]> {
  const texts: string[] = []
  for (const sampling of SAMPLINGS) {
    const reply = await engine.completions.create({ prompt: PROMPT, max_tokens: 150, ...sampling })
    texts.push(reply.choices[0]?.text ?? '')
  }
  return texts
}

describe('WebLLM with commands of our own', () => {
  const ignore = () => undefined
  let stock: string[]
  let stockTraffic: Traffic
  let engine: MLCEngine
  let pipeline: PrivatePipeline
  const traffic = countTraffic()
  let device: GPUDevice | undefined

  beforeAll(async () => {
    const folder = '/models/nano/'
    const plan = gpuPlan(parseManifest(await (await fetch(`${folder}manifest.json`)).json()))
    const files = new Map(
      await Promise.all(
        plan.build.artifacts.map(async ({ path }) => [path, await (await fetch(folder + path)).blob()] as const),
      ),
    )
    const plain = await startEngine(plan, files, ignore)
    stock = await replies(plain)
    stockTraffic = await tokensOf(plain)
    await plain.unload()
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the adapter as `this` below
    const open = GPUAdapter.prototype.requestDevice
    GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, ...given) {
      return (device = await open.apply(this, given))
    }
    engine = await withoutKernels(() => startEngine(plan, files, ignore))
    GPUAdapter.prototype.requestDevice = open
    pipeline = await PrivatePipeline.of(engine, plan.model.id)
  }, 240_000)

  /** The traffic of WebLLM's own loop, from the prompt on. */
  async function tokensOf(given: MLCEngine): Promise<Traffic> {
    const before = { ...traffic }
    await given.completions.create({ prompt: PROMPT, temperature: 0, max_tokens: TOKENS + 1, ignore_eos: true })
    return difference(traffic, before)
  }

  it('writes what it writes without them, the likeliest tokens and drawn ones', { timeout: 120_000 }, async () => {
    expect(new Set(stock).size).toBe(3)
    expect(await replies(engine)).toEqual(stock)
  })

  it('asks a device for little', { timeout: 60_000 }, async () => {
    const { submits, writes, passes, dispatches, bindGroups } = await tokensOf(engine)
    expect(dispatches).toBe(stockTraffic.dispatches)
    expect(dispatches / TOKENS).toBeGreaterThan(40)
    const aToken = (count: number) => count / TOKENS
    expect(aToken(submits)).toBeLessThanOrEqual(1.3)
    expect(aToken(writes)).toBeLessThanOrEqual(3)
    expect(aToken(passes)).toBeLessThanOrEqual(5)
    expect(aToken(bindGroups)).toBeLessThanOrEqual(3)
    // Otherwise nothing would be shown.
    expect(aToken(stockTraffic.submits)).toBeGreaterThan(4)
  })

  it('asks it for less where it reads ahead', { timeout: 60_000 }, async () => {
    pipeline.reset()
    let token = await pipeline.forward(PROMPT_IDS, GREEDY)
    for (let count = 0; count < 10; count += 1) token = await pipeline.forward([token], GREEDY)
    const before = { ...traffic }
    const begun = performance.now()
    for (let count = 0; count < TOKENS; count += 1) token = await pipeline.forward([token], GREEDY)
    const ms = (performance.now() - begun) / TOKENS
    const { submits, writes, passes, bindGroups, waits } = difference(traffic, before)
    const aToken = (count: number) => count / TOKENS
    expect(aToken(submits)).toBeLessThanOrEqual(1.3)
    expect(aToken(writes)).toBeLessThanOrEqual(3)
    expect(aToken(passes)).toBeLessThanOrEqual(5)
    expect(aToken(bindGroups)).toBeLessThanOrEqual(3)
    // Tokens are read two at a time unless the machine is so busy that they take long.
    expect(aToken(waits)).toBeLessThanOrEqual(ms < 40 ? 0.6 : 1.1)
  })

  it('draws ahead what it draws one token after the other', { timeout: 60_000 }, async () => {
    const sampling = { temperature: 2, topP: 0.95 }
    const { loadedModelIdToPipeline } = engine as unknown as { loadedModelIdToPipeline: Map<string, LlmChatPipeline> }
    const [raw] = loadedModelIdToPipeline.values()
    if (!raw) throw new Error('no model')
    const { tvm } = raw
    /** WebLLM's own step. */
    const oneStep = async (ids: readonly number[]) => {
      tvm.beginScope()
      const logits = await raw.embedAndForward([[...ids]], ids.length)
      const token = await raw.sampleFromRawLogits(logits, { temperature: sampling.temperature, top_p: sampling.topP })
      tvm.endScope()
      return token
    }
    /** Some tokens, others forced in the middle, some rewound, and tokens again; then the generator's state. */
    const drawn = async (step: (ids: readonly number[]) => Promise<number>) => {
      pipeline.reset()
      tvm.rng.setState(7)
      const tokens = [await step(PROMPT_IDS)]
      const write = async (count: number) => {
        for (let index = 0; index < count; index += 1) tokens.push(await step(tokens.slice(-1)))
      }
      await write(33)
      tokens.push(await step([...tokens.slice(-1), 5, 6, 7]))
      await write(10)
      pipeline.pop(6)
      await write(21)
      pipeline.pop(1)
      return { tokens, state: tvm.rng.getState(), length: raw.filledKVCacheLength }
    }
    const expected = await drawn(oneStep)
    expect(new Set(expected.tokens).size).toBeGreaterThan(20)
    expect(await drawn((ids) => pipeline.forward(ids, sampling))).toEqual(expected)
  })

  it('goes to the end of the context window', { timeout: 60_000 }, async () => {
    pipeline.reset()
    const room = pipeline.contextWindow - 20
    await pipeline.forward(
      Array.from({ length: room }, (_, index) => 50 + (index % 40)),
      GREEDY,
    )
    let token = 50
    for (let count = 0; count < 20; count += 1) token = await pipeline.forward([token], GREEDY)
    expect(token).toBeGreaterThanOrEqual(0)
    pipeline.pop(pipeline.contextWindow)
  })

  it('keeps nothing on the device when it is unloaded', async () => {
    await engine.unload()
    expect((await device?.lost)?.reason).toBe('destroyed')
  })
})

function difference(after: Traffic, before: Traffic): Traffic {
  return Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, count - before[name as keyof Traffic]]),
  ) as unknown as Traffic
}
