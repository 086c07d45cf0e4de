import { describe, expect, it } from 'vitest'
import { parseQuery } from './query'
import { snippetOf } from './snippet'

const shown = (text: string, ...terms: string[]) =>
  snippetOf(text, new Set(terms))
    .map(({ text: part, marked }) => (marked ? `[${part}]` : part))
    .join('')

describe('snippetOf', () => {
  it.each<readonly [string, readonly string[], string]>([
    ['Heat pumps heat.', ['heat'], '[Heat] pumps [heat].'],
    ['我家的小猫咪', ['小猫', '猫咪'], '我家的[小猫咪]'],
    ['two\nlines  here', ['lines'], 'two [lines] here'],
    ['nothing of it', ['x'], 'nothing of it'],
    ['', ['x'], ''],
  ])('of %j for %j', (text, terms, snippet) => {
    expect(shown(text, ...terms)).toBe(snippet)
  })

  it('begins near the match and ends before the end of a long text', () => {
    const snippet = shown(`${'before '.repeat(100)}match${' after'.repeat(100)}`, 'match')
    expect(snippet).toMatch(/^…(before )+\[match\]( after)+.*…$/)
    expect(snippet.length).toBeLessThan(200)
  })

  it('cuts no character in two', () => {
    for (let pad = 0; pad < 4; pad += 1)
      expect(shown(`${'x'.repeat(pad)}${'𠮷'.repeat(200)}猫`, '𠮷猫')).not.toMatch(
        /(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])/,
      )
  })
})

describe('parseQuery', () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['heat Pump', ['heat', 'pump'], []],
    ['"Heat  pump" cost', ['heat', 'pump', 'cost'], ['heat  pump']],
    ['“小猫” x', ['小猫', 'x'], ['小猫']],
    ['「敬語」', ['敬語'], ['敬語']],
    ['"not closed', ['not', 'closed'], []],
    ['" "', [], []],
    ['a a', ['a'], []],
  ])('of %j', (query, terms, phrases) => {
    expect(parseQuery(query)).toEqual({ terms, phrases })
  })
})
