import { describe, expect, it } from 'vitest'
import { fold, indexTerms, queryTerms, termsIn } from './terms'

describe('indexTerms', () => {
  it.each<readonly [string, readonly string[]]>([
    ['Heat pumps, 2nd ed.', ['heat', 'pumps', '2nd', 'ed']],
    ['naïve Ärger, ＡＢＣ１２', ['naive', 'arger', 'abc12']],
    ['小猫', ['小猫', '猫']],
    ['GPT模型很大', ['gpt', '模型', '型很', '很大', '大']],
    ['日本語のテスト', ['日本', '本語', '語の', 'のテ', 'テス', 'スト', 'ト']],
    ['が', ['が']],
    ['한국어 텍스트', ['한국어', '텍스트']],
    ['don’t_stop', ['don', 't_stop']],
    ['𠮷野家', ['𠮷野', '野家', '家']],
    ['', []],
    ['!?  …', []],
  ])('of %j', (text, terms) => {
    expect(indexTerms(text)).toEqual(terms)
  })

  it('cuts what is too long for a word', () => {
    expect(indexTerms('x'.repeat(100))).toEqual(['x'.repeat(40)])
  })
})

describe('queryTerms', () => {
  it.each<readonly [string, readonly string[]]>([
    ['猫', ['猫']],
    ['小猫', ['小猫']],
    ['小猫 猫', ['小猫', '猫']],
    ['模型 GPT', ['模型', 'gpt']],
    ['敬語', ['敬語']],
  ])('of %j', (query, terms) => {
    expect(queryTerms(query)).toEqual(terms)
  })

  it('are among the terms of every text that contains the query', () => {
    const text = '关于GPT模型的小猫咪，日本語のテスト 𠮷野家 heat'
    const characters = Array.from(text)
    for (let from = 0; from < characters.length; from += 1)
      for (let to = from + 1; to <= characters.length; to += 1) {
        const part = characters.slice(from, to).join('')
        const terms = indexTerms(text)
        for (const term of queryTerms(part)) expect(terms.some((one) => one.includes(term))).toBe(true)
      }
  })
})

it('says where terms stand', () => {
  const text = 'Ａb 小𠮷猫'
  expect(Array.from(termsIn(text), ({ start, end }) => text.slice(start, end))).toEqual(['Ａb', '小𠮷', '𠮷猫', '猫'])
})

it('folds width, case and accents, and no sounds', () => {
  expect(fold('Ｃafé ÀÉ が ガ')).toBe('cafe ae が ガ')
})
