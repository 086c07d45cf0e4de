import { describe, expect, it } from 'vitest'
import en from './messages/en.json'
import zhCN from './messages/zh-CN.json'

/** A text, or a list of variants whose `match` holds the texts (the inlang message format). */
type Message = string | readonly { readonly match: Readonly<Record<string, string>> }[]

const messagesOf = (catalogue: object) =>
  new Map(Object.entries(catalogue as Record<string, Message>).filter(([key]) => key !== '$schema'))

const textsOf = (message: Message | undefined): string[] =>
  typeof message === 'string' ? [message] : (message ?? []).flatMap((variants) => Object.values(variants.match))

const placeholdersOf = (message: Message | undefined) =>
  [...new Set(textsOf(message).flatMap((text) => text.match(/\{[^{}]+\}/g) ?? []))].sort()

const english = messagesOf(en)
const chinese = messagesOf(zhCN)

describe('the catalogues', () => {
  it('have exactly the same keys', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  })

  it('agree on the placeholders of every text', () => {
    const differing = [...english.keys()].filter(
      (key) => placeholdersOf(chinese.get(key)).join() !== placeholdersOf(english.get(key)).join(),
    )
    expect(differing).toEqual([])
  })

  it.each([
    ['English', english],
    ['Chinese', chinese],
  ])('have a text under every key in %s', (_name, catalogue) => {
    const isBlank = (texts: string[]) => texts.length === 0 || texts.some((text) => text.trim() === '')
    expect(catalogue.size).toBeGreaterThan(200)
    expect([...catalogue].filter(([, message]) => isBlank(textsOf(message))).map(([key]) => key)).toEqual([])
  })
})
