import { describe, expect, it } from 'vitest'
import { ANSWERS, CASES, type MarkdownCase } from '../../../test/fixtures/answers'
import type { Block } from '../blocks'
import { MarkdownStream, parseMarkdown } from '../markdown-stream'
import { shown } from './shown.fixture'

/** Beyond this length steps are longer, so that the test ends soon. */
const LONG = 2000

const nameOf = ({ group, id }: MarkdownCase): string => `${group}/${id}`
const groups = [...new Set(CASES.map(({ group }) => group))].map(
  (group) => [group, CASES.filter((one) => one.group === group)] as const,
)
const opened = (source: string): readonly Block[] => new MarkdownStream().update(source).flat()

/** Numbers from 1 to 7 that are the same each time (a linear congruential generator). */
function steps(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return 1 + (Math.floor(state / 65_536) % 7)
  }
}

describe('what models write', () => {
  it.each(groups)('is drawn as a reader must see it: %s', (_, cases) => {
    for (const one of cases) expect.soft(shown(parseMarkdown(one.source)), nameOf(one)).toBe(one.expected)
  })

  it.each(groups)('is read in pieces as it is read whole: %s', { timeout: 60_000 }, (_, cases) => {
    for (const [index, one] of cases.entries()) {
      const { source } = one
      const step = steps(index + 1)
      const stream = new MarkdownStream()
      const factor = source.length > LONG ? Math.ceil(source.length / 120) : 1
      for (let end = step() * factor; end < source.length; end += step() * factor) {
        const part = source.slice(0, end)
        expect(stream.update(part).flat(), `${nameOf(one)} at ${String(end)}`).toEqual(opened(part))
      }
      expect(stream.update(source, true).flat(), nameOf(one)).toEqual(parseMarkdown(source))
    }
  })

  it('has cases of distinct names, and whole answers in both languages', () => {
    expect(new Set(CASES.map(nameOf)).size).toBe(CASES.length)
    expect(CASES.length).toBeGreaterThan(320)
    expect(new Set(ANSWERS.map(({ language }) => language)).size).toBe(2)
  })
})
