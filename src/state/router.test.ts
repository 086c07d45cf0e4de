import { describe, expect, it } from 'vitest'
import { readAddress } from './router.svelte'

describe('readAddress', () => {
  it.each([
    ['#/c/0b7e-41', { conversation: '0b7e-41' }],
    ['#/models', { page: 'models' }],
    ['#/c', { page: 'c' }],
    ['', {}],
    ['#/', {}],
    ['#/c/', {}],
    ['#/c/a/b', {}],
    ['#/settings/chat', { page: 'settings', section: 'chat' }],
    ['#/settings/chat/x', {}],
    ['#/settings/', {}],
    ['#/Models', {}],
    ['#models', {}],
  ])('reads %j', (hash, asked) => {
    expect(readAddress(hash)).toEqual(asked)
  })
})
