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

  it.each([...english.keys()])('agree on the placeholders of %s', (key) => {
    expect(placeholdersOf(chinese.get(key))).toEqual(placeholdersOf(english.get(key)))
  })

  it.each([...english, ...chinese])('have a text for %s', (_key, message) => {
    expect(textsOf(message)).not.toEqual([])
    for (const text of textsOf(message)) expect(text.trim()).not.toBe('')
  })
})
