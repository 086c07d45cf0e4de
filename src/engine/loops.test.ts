import { describe, expect, it } from 'vitest'
import { LoopDetector } from './loops'
import { HONEST, LOOPING, seeded, tokensOf } from './thoughts.fixture'

/** The token at which a loop is noticed, and how many there are. */
function read(text: string): { noticed: number | undefined; tokens: number; longest: number } {
  const loops = new LoopDetector()
  let noticed: number | undefined
  let tokens = 0
  let longest = 0
  for (const [id, piece] of tokensOf(text)) {
    loops.push(id, piece)
    tokens += 1
    longest = Math.max(longest, loops.tokens)
    if (loops.tokens > 0) noticed ??= tokens
  }
  return { noticed, tokens, longest }
}

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed)

describe('honest thoughts', () => {
  it.each(Object.entries(HONEST))('%s are never taken for a loop', (_name, write) => {
    const wrong = SEEDS.filter((seed) => read(write(seeded(seed))).noticed !== undefined)
    expect(wrong).toEqual([])
  })
})

describe('thoughts that are stuck', () => {
  it.each(Object.entries(LOOPING))('by %s are noticed, and stay so', (_name, write) => {
    for (const seed of SEEDS) {
      const { noticed, tokens, longest } = read(write(seeded(seed)))
      expect(noticed, `seed ${seed} of ${tokens} tokens`).toBeDefined()
      expect(longest).toBeGreaterThan(64)
    }
  })
})

it('forgets a loop that was left', () => {
  const loops = new LoopDetector()
  for (const [id, piece] of tokensOf('again '.repeat(200).trimEnd())) loops.push(id, piece)
  expect(loops.tokens).toBeGreaterThan(0)
  for (const [id, piece] of tokensOf('x')) loops.push(1000 + id, piece)
  expect(loops.tokens).toBe(0)
})
