import { beforeAll, describe, expect, it } from 'vitest'
import type { RunPlan } from '../../models/run-plan'
import { asking, QUESTION, SCRIPTED_REPLY, steeringContract, THOUGHT, write } from '../steering.fixture'
import { ScriptedEngine } from './scripted-engine'

const engine = new ScriptedEngine()
beforeAll(async () => {
  const plan = { model: { id: 'scripted', contextWindow: 4096 }, build: { artifacts: [] } } as unknown as RunPlan
  const signal = new AbortController().signal
  await engine.load(plan, () => Promise.reject(new Error('It has no artifacts.')), {
    signal,
    onProgress: () => undefined,
  })
})

steeringContract(() => ({
  engine,
  prepare: (from = 0) => {
    engine.replies.splice(0, Infinity, SCRIPTED_REPLY.slice(from))
  },
}))

describe('an answer that is asked for', () => {
  it.each([1, 2, 10, 23])('begins in the step after the one that was being computed at token %i', async (count) => {
    let wish: () => void = () => undefined
    const wished = new Promise<void>((resolve) => (wish = resolve))
    engine.replies.push([...SCRIPTED_REPLY.slice(0, count), wished, ...SCRIPTED_REPLY.slice(count)])
    engine.model.fed.length = 0
    const { closed, ids } = await write(engine, asking(QUESTION), (tokens, { answerNow }) => {
      if (tokens !== count) return
      answerNow()
      wish()
    })
    expect(closed).toMatchObject({ reason: 'asked' })
    // Each step except the closing feeds one token; the first is the prompt.
    const steps = engine.model.fed.slice(1)
    const closing = steps.findIndex((fed) => fed.length > 1)
    expect(closing).toBe(count)
    expect(steps[closing]).toHaveLength((closed?.tokens ?? 0) + 1)
    expect(ids.length).toBeGreaterThan(closing + (closed?.tokens ?? 0))
  })
})

describe('a loop', () => {
  const line = [
    'Wait',
    ', ',
    'I ',
    'have ',
    'to ',
    'check ',
    'the ',
    'sum ',
    'again ',
    'because ',
    'it ',
    'is ',
    'odd',
    '.\n',
  ]
  const looping = Array.from({ length: 40 }, () => line).flat()

  it('is told of, and left alone where the thought is without limit', async () => {
    engine.replies.push([...looping, ...SCRIPTED_REPLY])
    const events: string[] = []
    for await (const event of engine.generate(asking(QUESTION, { maxNewTokens: 2000 }), {
      signal: new AbortController().signal,
    }))
      if (event.type === 'looping') events.push(String(event.looping))
    expect(events).toEqual(['true', 'false'])
  })

  it('is closed after its limit', async () => {
    engine.replies.push([...looping, ...SCRIPTED_REPLY])
    const { closed } = await write(engine, asking(QUESTION, { thought: { ...THOUGHT, closeLoopAfter: 50 } }))
    expect(closed).toMatchObject({ reason: 'loop' })
    // Noticed after about 128 tokens of repetition, closed 50 later.
    expect(closed?.at).toBeLessThan(220)
  })
})

it('writes with a tokenizer that has no tokens for a thought', async () => {
  engine.replies.push(['an ', 'answer ', 'of ', 'four'])
  const thought = { ...THOUGHT, open: '<none>', close: '</none>' }
  expect(await write(engine, asking(QUESTION, { thought, longestAnswer: 3 }))).toMatchObject({
    text: 'an answer of ',
    reason: 'longest',
    closed: undefined,
  })
})

it('answers where the model ends its reply within the thought', async () => {
  engine.replies.push(['so '])
  const { closed, text } = await write(engine, asking(QUESTION))
  expect(closed).toMatchObject({ reason: 'ended' })
  expect(text).toContain('</think>')
})

it('measures a prompt, even one that does not fit', async () => {
  const { prompt } = asking('1 + 1')
  expect(await engine.measure(prompt, 0)).toEqual({
    promptTokens: 10,
    lastTokens: 9,
    droppedTurns: 0,
    contextWindow: 4096,
  })
  const long = await engine.measure(asking('x'.repeat(5000)).prompt, 0)
  expect(long.promptTokens).toBe(5005)
})
