import { expect, it } from 'vitest'
import { parseList } from './site-check.svelte'

const HASH = '0123456789abcdef'.repeat(4)

it('reads the list that sha256sum reads', () => {
  expect(parseList(`${HASH}  a.js\n${HASH}  models/some name.bin\n`)).toEqual([
    { hash: HASH, file: 'a.js' },
    { hash: HASH, file: 'models/some name.bin' },
  ])
})

it.each(['<!doctype html>', '', `${HASH} a.js`, `${HASH.slice(1)}  a.js`, `${HASH}  a.js\n\n${HASH}  b.js`])(
  'does not take %j for a list',
  (text) => {
    expect(() => parseList(text)).toThrow(expect.objectContaining({ code: 'artifact-damaged' }))
  },
)
