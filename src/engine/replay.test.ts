import { describe, expect, it } from 'vitest'
import type { GenerationRequest, GenerationStep } from './engine'
import { PromptEncoder } from './prompt-tokens'
import { replay } from './replay'
import type { Candidates, Sampler } from './sampler'
import { TokenSequence } from './token-sequence'

const QUESTION: GenerationRequest = {
  prompt: { head: [], history: [], last: [{ kind: 'text', text: 'ab' }] },
  historyTokens: 0,
  maxNewTokens: 100,
  sampling: { temperature: 1, topP: 1 },
  stopTokens: [],
}

/** A model of seven letters that finds the letter after the last one likeliest; it gives the candidates in any form. */
function open(form: (logits: number[]) => Candidates) {
  const fed: number[][] = []
  const model = {
    reset: () => undefined,
    pop: () => undefined,
    forward: (ids: readonly number[], { choose }: Sampler) => {
      fed.push([...ids])
      const next = ((ids.at(-1) ?? 0) + 1) % 7
      return Promise.resolve(
        choose?.(form(Array.from({ length: 7 }, (_, id) => (id === next ? Math.log(6) : 0)))) ?? -1,
      )
    },
  }
  const encoder = new PromptEncoder((text) => Array.from(text, (letter) => letter.charCodeAt(0) - 97), [])
  const decode = (ids: Int32Array) => String.fromCharCode(...Array.from(ids, (id) => id + 97))
  return { fed, model: { sequence: new TokenSequence(model), encoder, contextWindow: 10, decode } }
}

const run = async (form: (logits: number[]) => Candidates, tokens: readonly number[], stop = () => false) => {
  const { fed, model } = open(form)
  const seen: GenerationStep[] = []
  const end = await replay(model, { ...QUESTION, replay: tokens }, { stop }, (step) => seen.push(step))
  return { fed, end, told: seen.flatMap((step) => (step.type === 'odds' ? [step.token] : [])) }
}

describe('replay', () => {
  it.each([
    ['all logits', (logits: number[]) => ({ logits })],
    [
      'log-probabilities of some, with their ids',
      (logits: number[]) => ({
        ids: [6, 5, 4, 3, 2, 1, 0],
        logits: logits.map((logit) => logit - Math.log(12)).reverse(),
      }),
    ],
  ])('feeds exactly the given tokens, and tells their odds: %s', async (_, form) => {
    const { fed, end, told } = await run(form, [2, 0])
    expect(fed).toEqual([[0, 1], [2]])
    expect(end).toMatchObject({ reason: 'stop', usage: { promptTokens: 2, prefilledTokens: 2, newTokens: 2 } })
    expect(told.map(({ text }) => text)).toEqual(['c', 'a'])
    expect(told[0]?.p).toBeCloseTo(0.5)
    expect(told[1]?.p).toBeCloseTo(1 / 12)
    expect(told[0]?.likely).toHaveLength(5)
    expect(told[0]?.likely[0]).toMatchObject({ text: 'c', isChosen: true })
    expect(told[1]?.likely[0]).toMatchObject({ text: 'd', isChosen: false })
    expect(told[1]?.likely[0]?.p).toBeCloseTo(0.5)
  })

  it('ends between two tokens when it is told to', async () => {
    let asked = 0
    const { end, told } = await run(
      (logits) => ({ logits }),
      [2, 0, 1],
      () => (asked += 1) > 2,
    )
    expect(told).toHaveLength(2)
    expect(end.reason).toBe('abort')
  })

  it('refuses what is no number, and a reply that does not fit', async () => {
    const broken = run(() => ({ logits: [NaN, 1] }), [0])
    await expect(broken).rejects.toMatchObject({ details: { invalidLogits: true } })
    const long = run(
      (logits) => ({ logits }),
      Array.from({ length: 20 }, () => 1),
    )
    await expect(long).rejects.toMatchObject({ code: 'reply-too-long' })
  })
})
