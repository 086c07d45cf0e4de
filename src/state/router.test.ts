import { describe, expect, it } from 'vitest'
import { ATTACKS } from '../../test/fixtures/attacks'
import type { ConversationId, MessageId } from '../shared/ids'
import { chatAddress, readAddress } from './router.svelte'

describe('readAddress', () => {
  it.each([
    ['#/c/0b7e-41', { conversation: '0b7e-41' }],
    ['#/models', { page: 'models' }],
    ['#/c', { page: 'c' }],
    ['', {}],
    ['#/', {}],
    ['#/c/', {}],
    ['#/c/a/b', { conversation: 'a', message: 'b' }],
    ['#/c/a/b%2Fc', { conversation: 'a', message: 'b/c' }],
    ['#/c/a/%', { conversation: 'a', message: '%' }],
    ['#/c/a/b/c', {}],
    ['#/settings/chat', { page: 'settings', section: 'chat' }],
    ['#/settings/chat/x', {}],
    ['#/settings/', {}],
    ['#/shared/ab-_1', { shared: 'ab-_1' }],
    ['#/shared/', { shared: '' }],
    ['#/shared/cut%2', { shared: 'cut%2' }],
    ['#/Models', {}],
    ['#models', {}],
  ])('reads %j', (hash, asked) => {
    expect(readAddress(hash)).toEqual(asked)
  })
})

it('names an address that is read as what it was made of', () => {
  const [conversation, message] = ['0b7e-41' as ConversationId, 'a/ü %' as MessageId]
  expect(readAddress(chatAddress(conversation))).toEqual({ conversation })
  expect(readAddress(chatAddress(conversation, message))).toEqual({ conversation, message })
})

it('takes nothing but plain names and ids from a hostile address', () => {
  for (const text of ATTACKS.flatMap((attack) => [attack, encodeURIComponent(attack)]))
    for (const way of ['#/', '#/c/', '#/c/a/', '#/settings/', '#/lab/', '#']) {
      const { message, ...plain } = readAddress(way + text)
      // A message's id is compared with those that exist, and goes nowhere else.
      expect(typeof message).toMatch(/string|undefined/)
      for (const part of Object.values(plain)) expect(part).toMatch(/^[\w-]+$/)
    }
})
