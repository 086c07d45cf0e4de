import { describe, expect, it } from 'vitest'
import { AppError } from '../shared/errors'
import { greedy } from './greedy'

const END = 9

/** A model that gives these tokens, one after the other, and fails with `failure` when it has none left. */
function speaker(tokens: readonly number[], failure: Error = new Error('asked for too much')) {
  const fed: (readonly number[])[] = []
  const next = (ids: readonly number[], temperature: number) => {
    expect(temperature).toBe(0)
    fed.push(ids)
    const token = tokens[fed.length - 1]
    return token === undefined ? Promise.reject(failure) : Promise.resolve(token)
  }
  return {
    fed,
    replace: async (prompt: readonly number[], { temperature }: { temperature: number }) => ({
      token: await next(prompt, temperature),
      prefilled: prompt.length,
    }),
    append: (tokens: readonly number[], { temperature }: { temperature: number }) => next(tokens, temperature),
  }
}

describe('greedy', () => {
  it('feeds every token back until the end token, which it returns too', async () => {
    const model = speaker([4, 5, END, 6])
    expect(await greedy(model, { prompt: [1, 2], end: END, most: 10 })).toEqual([4, 5, END])
    expect(model.fed).toEqual([[1, 2], [4], [5]])
  })

  it('asks for no more tokens than are wanted', async () => {
    expect(await greedy(speaker([4, 5, 6, 7]), { prompt: [1], end: END, most: 2 })).toEqual([4, 5])
    expect(await greedy(speaker([END]), { prompt: [1], end: END, most: 2 })).toEqual([END])
  })

  it('ends the reply where the device computes no numbers, and fails with what else may happen', async () => {
    const failed = (details: Record<string, boolean>) =>
      new AppError('generation-failed', 'x', { retry: 'now', details })
    const request = { prompt: [1], end: END, most: 4 }
    expect(await greedy(speaker([4, 5], failed({ invalidLogits: true })), request)).toEqual([4, 5])
    await expect(greedy(speaker([4, 5], failed({})), request)).rejects.toThrow('x')
    await expect(greedy(speaker([4]), request)).rejects.toThrow('asked for too much')
  })
})
