import fc from 'fast-check'
import { expect, it } from 'vitest'
import { matchLocale } from './match-locale'

const available = ['en', 'zh-CN'] as const

it.each(['zh', 'zh-CN', 'zh-TW', 'zh-HK', 'zh-Hant-TW', 'ZH-cn'])('reads %s as zh-CN', (tag) => {
  expect(matchLocale([tag], available)).toBe('zh-CN')
})

it('takes the first wanted language that has a catalogue', () => {
  expect(matchLocale(['fr-FR', 'zh-TW', 'en'], available)).toBe('zh-CN')
  expect(matchLocale(['en-GB', 'zh-CN'], available)).toBe('en')
  expect(matchLocale(['fr', 'de'], available)).toBeUndefined()
})

it('passes over whatever is not a language tag', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (junk) => {
      const malformed = junk.filter((tag) => !/^[a-z]/i.test(tag))
      expect(matchLocale([...malformed, 'zh'], available)).toBe('zh-CN')
    }),
  )
})
