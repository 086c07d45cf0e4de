import { describe, expect, it } from 'vitest'
import { ANSWERS, CASES, type MarkdownCase } from '../../../test/fixtures/answers'
import type { Block } from '../blocks'
import { MarkdownStream, parseMarkdown } from '../markdown-stream'
import { shown } from './shown.fixture'

/** Cases that are not drawn as they should be yet, by `group/id`. */
const KNOWN_FAILURES: ReadonlySet<string> = new Set<string>([
  'formula-delimiters/dollar-spaces',
  'formula-delimiters/dollar-spaces-letter',
  'formula-delimiters/dollar-spaces-boxed',
  'formula-environments/fence-latex-prose',
  'formula-environments/fence-latex-how-to',
  'formula-not/double-dollar-pid',
  'formula-more/operator-alone',
  'formula-more/superscript-unit',
  'formula-more/subscript-chemistry',
  'formula-more/boxed-everywhere',
  'formula-more/boxed-in-cell',
  'formula-more/header-dollar-units',
  'formula-more/header-dollar-per',
  'formula-more/dollar-unit-prose',
  'formula-more/dollar-unit-chinese',
  'formula-more/dollar-quoted-chinese',
  'formula-more/php-for',
  'formula-more/shell-substitution',
  'formula-more/regex-alternatives',
  'formula-more/unclosed-then-closed',
  'formula-more/unclosed-paren-then-closed',
  'cjk/operator-chinese',
  'blocks/details-open-one-line',
  'more/operator-power',
  'more/operator-fullwidth-parens',
  'more/link-same-text',
  'more/table-code-bar',
])

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
    const wrong = cases.filter((one) => shown(parseMarkdown(one.source)) !== one.expected)
    const known = cases.filter((one) => KNOWN_FAILURES.has(nameOf(one)))
    for (const one of wrong.filter((other) => !known.includes(other)))
      expect.soft(shown(parseMarkdown(one.source)), nameOf(one)).toBe(one.expected)
    expect(known.filter((one) => !wrong.includes(one)).map(nameOf), 'known failures that pass').toEqual([])
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
