import { describe, expect, it } from 'vitest'
import { spokenLanguage, spokenPassages } from './spoken-text'

describe('spokenPassages', () => {
  it('has the words without their marks, in passages, and no code', () => {
    const answer = [
      '## **Result**',
      'It is *42*, see [the book](https://example.org)[^1].',
      '- first\n- second `x`',
      '```js\nalert(1)\n```',
      '| a | b |\n| - | - |\n| 1 | 2 |',
      '> said so',
      '---',
      '[^1]: A note.',
    ].join('\n\n')
    expect(spokenPassages(answer)).toEqual([
      'Result',
      'It is 42, see the book.',
      'first',
      'second x',
      'a, b',
      '1, 2',
      'said so',
      'A note.',
    ])
  })

  it('leaves the marks of TeX out of formulas', () => {
    expect(spokenPassages('So $\\boxed{42}$ it is.')).toEqual(['So boxed 42 it is.'])
  })

  it.each(['', '   ', '```\ncode\n```'])('has nothing to say of %j', (text) => {
    expect(spokenPassages(text)).toEqual([])
  })
})

describe('spokenLanguage', () => {
  it.each([
    ['答案是 42。', 'zh'],
    ['strawberry 里有 3 个 r。', 'zh'],
    ['The sign 和 means "and" in Chinese, as everybody knows who has learnt it.', 'en'],
    ['42', 'en'],
  ] as const)('of %j is %s', (text, language) => {
    expect(spokenLanguage(text)).toBe(language)
  })
})
