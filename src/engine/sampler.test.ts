import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReplySampler, type Sampling } from './sampler'

const LOGITS = [1, 4, 3, 2, -1]

/** How often each candidate is chosen in `times` first tokens, each with a seed of its own. */
function shares(sampling: Omit<Sampling, 'seed'>, reply: readonly number[] = [], times = 4000): number[] {
  const counts = LOGITS.map(() => 0)
  for (let seed = 0; seed < times; seed += 1) {
    const token = chosen({ ...sampling, seed }, reply)
    counts[token] = (counts[token] ?? 0) + 1
  }
  return counts.map((count) => count / times)
}

function samplerOf(sampling: Sampling, reply: readonly number[] = []): ReplySampler {
  const sampler = new ReplySampler(sampling)
  for (const token of reply) sampler.took(token)
  return sampler
}

function chosen(sampling: Sampling, reply: readonly number[] = [], logits: readonly number[] = LOGITS): number {
  const { choose } = samplerOf(sampling, reply)
  if (!choose) throw new Error("the engine's own sampler is asked")
  return choose({ logits })
}

/** Softmax at temperature 1 over the given logits. */
function softmax(logits: readonly number[]): number[] {
  const weights = logits.map((logit) => Math.exp(logit))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

function expectNear(found: readonly number[], wanted: readonly number[]): void {
  found.forEach((share, index) => expect(Math.abs(share - (wanted[index] ?? 0))).toBeLessThan(0.03))
}

describe('a sampler', () => {
  it('leaves to the engine what every engine does by itself', () => {
    expect(new ReplySampler({ temperature: 0.6, topP: 0.95 }).choose).toBeUndefined()
    expect(new ReplySampler({ temperature: 0, topP: 1, seed: 7, topK: 3 }).choose).toBeUndefined()
  })

  it('draws as the probabilities say', () => {
    expectNear(shares({ temperature: 1, topP: 1 }), softmax(LOGITS))
    expectNear(shares({ temperature: 2, topP: 1 }), softmax(LOGITS.map((logit) => logit / 2)))
  })

  it('keeps the likeliest only', () => {
    const [, second, third] = LOGITS
    expectNear(shares({ temperature: 1, topP: 1, topK: 2 }), [0, ...softmax([second ?? 0, third ?? 0]), 0, 0])
    // 0.64 and 0.24 add up to at least 0.7
    expect(shares({ temperature: 1, topP: 0.7 }).filter((share) => share > 0)).toHaveLength(2)
    // e^-1 of the likeliest is 0.37, e^-2 is 0.14
    expect(shares({ temperature: 1, topP: 1, minP: 0.2 }).filter((share) => share > 0)).toHaveLength(2)
  })

  it('makes less likely what the reply has', () => {
    expect(chosen({ temperature: 0, topP: 1, presencePenalty: 1.5 }, [1])).toBe(2)
    expect(chosen({ temperature: 0, topP: 1, presencePenalty: 0.5 }, [1, 1, 1])).toBe(1)
    expect(chosen({ temperature: 0, topP: 1, frequencyPenalty: 0.5 }, [1, 1, 1])).toBe(2)
    expect(chosen({ temperature: 0, topP: 1, repetitionPenalty: 1.2 }, [1])).toBe(2)
    expect(chosen({ temperature: 0, topP: 1, repetitionPenalty: 1.01 }, [1])).toBe(1)
    expect(chosen({ temperature: 0, topP: 1, presencePenalty: -2 }, [2])).toBe(2)
  })

  it('learns of the reply as it grows', () => {
    const sampler = samplerOf({ temperature: 0, topP: 1, presencePenalty: 2 })
    sampler.took(1)
    expect(sampler.choose?.({ logits: LOGITS })).toBe(2)
  })

  it('names candidates by their ids', () => {
    const { choose } = samplerOf({ temperature: 0, topP: 1, presencePenalty: 1.5 }, [30])
    expect(choose?.({ ids: [30, 40], logits: [2, 1] })).toBe(40)
  })

  it('goes on with a seed as if the reply had never been interrupted', () => {
    const sampling = { temperature: 1, topP: 1, seed: 11 }
    const whole: number[] = []
    const sampler = samplerOf(sampling)
    for (let index = 0; index < 20; index += 1) {
      const token = sampler.choose?.({ logits: LOGITS }) ?? -1
      whole.push(token)
      sampler.took(token)
    }
    expect(chosen(sampling, whole.slice(0, 13))).toBe(whole[13])
    expect(new Set(whole).size).toBeGreaterThan(1)
  })

  it('does not mind a number that is added to all logits', () => {
    const sampling = fc.record({
      temperature: fc.double({ min: 0, max: 2, noNaN: true }),
      topP: fc.double({ min: 0.1, max: 1, noNaN: true }),
      repetitionPenalty: fc.double({ min: 0.5, max: 2, noNaN: true }),
      seed: fc.integer({ min: 0, max: 1000 }),
    })
    fc.assert(
      // Eighths, so that the sum is exact.
      fc.property(sampling, fc.integer({ min: -800, max: 800 }), (settings, eighths) => {
        const shifted = LOGITS.map((logit) => logit + eighths / 8)
        const all = { ...settings, presencePenalty: 0.1 }
        expect(chosen(all, [1, 3], shifted)).toBe(chosen(all, [1, 3]))
      }),
    )
  })

  it.each([[[NaN, NaN]], [[1, NaN]], [[]], [[-Infinity]]])('refuses %j', (logits) => {
    expect(() => chosen({ temperature: 0, topP: 1, presencePenalty: 1 }, [], logits)).toThrow(
      expect.objectContaining({ code: 'generation-failed', details: { invalidLogits: true } }),
    )
  })
})
