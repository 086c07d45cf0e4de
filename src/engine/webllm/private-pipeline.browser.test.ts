import type { MLCEngine } from '@mlc-ai/web-llm'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseManifest } from '../../models/manifest-schema'
import { gpuPlan } from '../../models/plan.fixture'
import type { GenerationStep, PromptPart } from '../engine'
import { generate, type GenerationModel } from '../generate'
import { loadModel, startEngine } from './load'

const BEGIN = '<｜begin▁of▁sentence｜>'
const END = '<｜end▁of▁sentence｜>'

const token = (content: string): PromptPart => ({ kind: 'token', content })
const asked = (text: string): PromptPart[] => [token('<｜User｜>'), { kind: 'text', text }, token('<｜Assistant｜>')]

interface Case {
  readonly history: readonly { readonly question: string; readonly answer: string }[]
  readonly question: string
}

const CASES: readonly Case[] = [
  { history: [], question: 'What is 3847 + 2956?' },
  { history: [], question: 'What is 3847 + 2955?' },
  { history: [{ question: '12 + 30', answer: '12 + 30 = **42**' }], question: 'strawberry里有几个r？' },
  { history: [{ question: '12 + 30', answer: '12 + 30 = **42**' }], question: '9.11和9.9哪个大？' },
  { history: [], question: '龘😀 naïve Привет' },
  { history: [], question: 'y'.repeat(400) },
]

/** Through our token sequence, which reuses and rewinds the KV cache from case to case. */
async function ours(model: GenerationModel, { history, question }: Case): Promise<{ text: string; prefilled: number }> {
  let text = ''
  const emit = (event: GenerationStep) => {
    if (event.type === 'delta') text += event.text
  }
  const turns = history.map((turn) => ({
    parts: [...asked(turn.question), { kind: 'text', text: turn.answer } as const, token(END)],
  }))
  const last = [...asked(question), token('<think>'), { kind: 'text', text: '\n' } as const]
  const { usage } = await generate(
    model,
    {
      prompt: { head: [token(BEGIN)], history: turns, last },
      historyTokens: 1024,
      maxNewTokens: 200,
      sampling: { temperature: 0, topP: 1 },
      stopTokens: [END],
    },
    { stop: () => false, answerNow: () => false },
    emit,
  )
  return { text, prefilled: usage.prefilledTokens }
}

/** Through WebLLM's own completions, which begin with an empty KV cache each time. */
async function webllms(engine: MLCEngine, { history, question }: Case): Promise<string> {
  const turns = history.map((turn) => `<｜User｜>${turn.question}<｜Assistant｜>${turn.answer}${END}`).join('')
  const prompt = `${BEGIN}${turns}<｜User｜>${question}<｜Assistant｜><think>\n`
  const reply = await engine.completions.create({ prompt, temperature: 0, max_tokens: 200 })
  return reply.choices[0]?.text ?? ''
}

/** A reply that WebLLM draws by its own sampling, and the probability that it finds for each token. */
async function sample(engine: MLCEngine): Promise<{ text: string; logProbabilities: number[] }> {
  const reply = await engine.completions.create({
    prompt: `${BEGIN}<｜User｜>12 + 30<｜Assistant｜><think>\n`,
    temperature: 1,
    seed: 7,
    max_tokens: 60,
    logprobs: true,
    top_logprobs: 1,
  })
  const [choice] = reply.choices
  return { text: choice?.text ?? '', logProbabilities: choice?.logprobs?.content?.map(({ logprob }) => logprob) ?? [] }
}

describe('the private pipeline of this WebLLM', () => {
  /** What WebLLM itself writes, and then our model: loading either takes long. */
  let expected: string[]
  let sampled: { readonly text: string; readonly logProbabilities: number[] }
  let model: GenerationModel
  beforeAll(async () => {
    const folder = '/models/nano/'
    const plan = gpuPlan(parseManifest(await (await fetch(`${folder}manifest.json`)).json()))
    const files = new Map(
      await Promise.all(
        plan.build.artifacts.map(async ({ path }) => [path, await (await fetch(folder + path)).blob()] as const),
      ),
    )
    const ignore = () => undefined
    const engine = await startEngine(plan, files, ignore)
    expected = []
    for (const each of CASES) expected.push(await webllms(engine, each))
    sampled = await sample(engine)
    await engine.unload()
    model = await loadModel(plan, files, ignore)
  }, 240_000)

  it(
    'writes what WebLLM’s own completions write, whatever was in the KV cache before',
    { timeout: 120_000 },
    async () => {
      const replies: Awaited<ReturnType<typeof ours>>[] = []
      for (const each of CASES) replies.push(await ours(model, each))
      expect(replies.map((reply) => reply.text.trim())).toEqual(expected.map((text) => text.trim()))
      // the second question differs from the first in one digit near its end
      expect(replies[1]?.prefilled).toBeLessThan(6)
      expect((await ours(model, CASES[5] as Case)).prefilled).toBe(1)
    },
  )

  it('finds each token as probable as WebLLM itself does', { timeout: 120_000 }, async () => {
    const { text, logProbabilities } = sampled
    expect(logProbabilities.length).toBeGreaterThan(10)

    const before = (await ours(model, CASES[0] as Case)).text
    const promptIds = await model.encoder.parts([
      token(BEGIN),
      ...asked('12 + 30'),
      token('<think>'),
      { kind: 'text', text: '\n' },
    ])
    const control = /<\/?think>/
    const answered = await model.encoder.parts(
      text
        .split(/(<\/?think>)/)
        .filter((piece) => piece !== '')
        .map((piece): PromptPart => (control.test(piece) ? token(piece) : { kind: 'text', text: piece })),
    )
    const found = (await model.score?.([...promptIds, ...answered]))?.slice(promptIds.length - 1) ?? []
    // The end token is counted by WebLLM and is no part of the text.
    expect(answered.length).toBeGreaterThanOrEqual(logProbabilities.length - 1)
    for (const [index, one] of found.entries()) expect(one).toBeCloseTo(logProbabilities[index] ?? NaN, 2)
    // The scored text does not stay in the KV cache.
    expect((await ours(model, CASES[0] as Case)).text).toBe(before)
  })
})
