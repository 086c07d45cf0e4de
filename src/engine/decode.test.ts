import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode } from './decode'
import { firstOf, limitTo, stopBefore, stopWhen, type Decision, type StepPolicy } from './step-policy'
import { TokenSequence } from './token-sequence'

const GREEDY = { temperature: 0, topP: 1 }
const END = 99
const END_OF_THOUGHT = 50

/** A model whose next token is the number of tokens in its KV cache, until the cache has `length`; then it ends. */
function modelOf(length: number) {
  const cache: number[] = []
  const fed: number[][] = []
  const sequence = new TokenSequence({
    reset: () => void (cache.length = 0),
    pop: (count) => void (cache.length -= count),
    forward: (ids) => {
      cache.push(...ids)
      fed.push([...ids])
      return Promise.resolve(cache.length < length ? cache.length : END)
    },
  })
  return { sequence, cache, fed }
}

async function reply(policies: readonly StepPolicy[], length = 8) {
  const { sequence, cache, fed } = modelOf(length)
  const { token } = await sequence.replace([0], GREEDY)
  const tokens: number[] = []
  const all = firstOf([stopBefore(new Set([END])), ...policies])
  const { reason, newTokens } = await decode(sequence, token, GREEDY, all, (one) => tokens.push(one))
  expect(newTokens).toBe(tokens.length)
  return { reason, tokens, cache, fed: fed.slice(1) }
}

describe('a reply', () => {
  it('ends before a stop token', async () => {
    expect(await reply([], 4)).toMatchObject({ reason: 'stop', tokens: [1, 2, 3] })
  })

  it('may end before its first token', async () => {
    expect(await reply([], 1)).toMatchObject({ reason: 'stop', tokens: [], fed: [] })
  })

  it('ends at its limit, without another step of the model', async () => {
    expect(await reply([limitTo(2)])).toMatchObject({ reason: 'length', tokens: [1, 2], fed: [[1]] })
  })

  it('ends after the token during which that was asked for', async () => {
    let asked = false
    const policies = [stopWhen(() => asked), { added: (token: number) => void (asked = token === 3) }]
    expect(await reply(policies)).toMatchObject({ reason: 'abort', tokens: [1, 2, 3, 4] })
  })

  it('follows the first policy that decides', async () => {
    expect(await reply([stopWhen(() => true), limitTo(1)])).toMatchObject({ reason: 'abort' })
    expect(await reply([limitTo(1), stopWhen(() => true)])).toMatchObject({ reason: 'length' })
  })
})

describe('forced tokens', () => {
  const closeAt = (count: number): StepPolicy => ({
    added: (_token, newTokens) => (newTokens === count ? { force: [40, END_OF_THOUGHT] } : undefined),
  })

  it('follow a token in one step of the model, and the reply goes on from them', async () => {
    const { tokens, cache, fed } = await reply([closeAt(2)])
    expect(tokens).toEqual([1, 2, 40, END_OF_THOUGHT, 5, 6, 7])
    expect(fed).toEqual([[1], [2, 40, END_OF_THOUGHT], [5], [6], [7]])
    expect(cache).toEqual([0, ...tokens])
  })

  it('take the place of a sampled token, even of a stop token', async () => {
    let closed = false
    const insist: StepPolicy = {
      sampled: (token) => {
        if (token !== END || closed) return undefined
        closed = true
        return { force: [END_OF_THOUGHT] }
      },
    }
    const { sequence } = modelOf(3)
    const { token } = await sequence.replace([0], GREEDY)
    const tokens: number[] = []
    const policy = firstOf([insist, stopBefore(new Set([END]))])
    await decode(sequence, token, GREEDY, policy, (one) => tokens.push(one))
    expect(tokens).toEqual([1, 2, END_OF_THOUGHT])
  })

  it('count for the limit, which may cut them', async () => {
    expect(await reply([closeAt(2), limitTo(3)])).toMatchObject({ reason: 'length', tokens: [1, 2, 40] })
  })

  it('are replaced by what is forced after one of them', async () => {
    const change: StepPolicy = { added: (token) => (token === 40 ? { force: [41] } : undefined) }
    expect((await reply([closeAt(1), change])).tokens.slice(0, 3)).toEqual([1, 40, 41])
  })
})

it('keeps in the KV cache all tokens of the reply but the last, whatever policies decide', async () => {
  const decisions = fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant<Decision>(undefined) },
      fc.record({ force: fc.array(fc.integer({ min: 60, max: 70 }), { minLength: 1, maxLength: 3 }) }),
    ),
    { maxLength: 12 },
  )
  await fc.assert(
    fc.asyncProperty(decisions, decisions, async (whenSampled, whenAdded) => {
      const [sampled, added] = [whenSampled.values(), whenAdded.values()]
      const policy: StepPolicy = { sampled: () => sampled.next().value, added: () => added.next().value }
      const { tokens, cache } = await reply([policy, limitTo(20)], 30)
      expect(cache.slice(1)).toEqual(tokens.slice(0, cache.length - 1))
      expect(tokens.length).toBeLessThanOrEqual(20)
    }),
  )
})
