import { describe, expect, it } from 'vitest'
import type { Fit, Verdict } from './fit'
import { recommend, type Candidate } from './recommend'

const fit = (verdict: Verdict, tokensPerSecond?: number): Fit => ({
  verdict,
  reasons: [],
  memoryBytes: 1,
  ...(tokensPerSecond !== undefined && { speed: { tokensPerSecond, answerTokens: 1, answerMinutes: 1 } }),
})
const model = (id: string, group: 'r1' | 'other', parameters: number, of?: Fit): Candidate => ({
  id,
  group,
  parameters,
  fit: of,
})

describe('what to take', () => {
  it('is the largest of R1 that runs at a comfortable speed', () => {
    const found = recommend([
      model('qwen-8b', 'other', 8e9, fit('fits', 20)),
      model('r1-1.5b', 'r1', 1.5e9, fit('fits', 45)),
      model('r1-7b', 'r1', 7e9, fit('fits', 12)),
      model('r1-8b', 'r1', 8e9, fit('fits', 5)),
    ])
    expect(found).toEqual({ id: 'r1-7b', tokensPerSecond: 12, isGuess: false, isSlow: false })
  })

  it('is another model where no R1 runs well', () => {
    const found = recommend([
      model('r1-1.5b', 'r1', 1.5e9, fit('tight', 4)),
      model('qwen-0.6b', 'other', 6e8, fit('fits', 12)),
    ])
    expect(found.id).toBe('qwen-0.6b')
  })

  it('is the fastest of any use where none runs well', () => {
    const found = recommend([
      model('r1-1.5b', 'r1', 1.5e9, fit('tight', 1.5)),
      model('qwen-0.6b', 'other', 6e8, fit('tight', 4)),
      model('tiny', 'other', 1e8, fit('no')),
    ])
    expect(found).toEqual({ id: 'qwen-0.6b', tokensPerSecond: 4, isGuess: false, isSlow: true })
  })

  it('is a guess before anything was measured', () => {
    expect(recommend([model('r1-1.5b', 'r1', 1.5e9, fit('unknown'))])).toEqual({
      id: 'r1-1.5b',
      tokensPerSecond: undefined,
      isGuess: true,
      isSlow: false,
    })
  })

  it('is nothing where nothing runs', () => {
    for (const none of [[], [model('r1-1.5b', 'r1', 1.5e9, fit('no', 0.3))], [model('r1-1.5b', 'r1', 1.5e9)]])
      expect(recommend(none).id).toBeUndefined()
  })
})
