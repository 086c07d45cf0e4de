import { expect, it } from 'vitest'
import { checkNode, sameInstall } from './install.mjs'

it.each(['20.19.0', '20.20.2', '22.1.0', '24.0.0'])('runs on Node %s', (version) => {
  expect(() => checkNode(version)).not.toThrow()
})

it.each(['16.20.2', '18.20.8', '20.18.3'])('refuses Node %s in one sentence', (version) => {
  expect(() => checkNode(version)).toThrow(`Thinktab needs Node 20.19 or newer, and this is Node ${version}.`)
})

const wanted = {
  '': {},
  'node_modules/svelte': { version: '5.57.3' },
  'node_modules/fsevents': { version: '2.3.3', optional: true },
}

it('takes node_modules as installed when each package of the lock is there', () => {
  expect(sameInstall(wanted, { 'node_modules/svelte': { version: '5.57.3' } })).toBe(true)
})

it.each([
  ['lacks a package', {}],
  ['has another version', { 'node_modules/svelte': { version: '5.57.2' } }],
  [
    'has another version of an optional one',
    { 'node_modules/svelte': { version: '5.57.3' }, 'node_modules/fsevents': { version: '1' } },
  ],
  ['has a package too many', { 'node_modules/svelte': { version: '5.57.3' }, 'node_modules/left': { version: '1' } }],
])('installs again when node_modules %s', (_why, present) => {
  expect(sameInstall(wanted, present)).toBe(false)
})
