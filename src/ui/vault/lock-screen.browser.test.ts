import { flushSync } from 'svelte'
import { expect, it, vi } from 'vitest'
import { m } from '../../i18n'
import { AirGap } from '../../state/site/air-gap.svelte'
import { VaultLock } from '../../state/vault/vault-lock.svelte'
import { VaultTabs } from '../../state/vault/vault-tabs'
import { vaultSettings } from '../../state/vault/vault.fixture'
import { draw, eventually, one, press, textOf, write } from '../ui.fixture'
import LockScreen from './LockScreen.svelte'

const PASSPHRASE = 'correct horse'

async function open() {
  const { store, keys, conversion, vault } = vaultSettings()
  await vault.create(PASSPHRASE)
  const { made } = vault
  if (!made) throw new Error('no vault')
  await conversion.begin(made.header)
  let now = Date.now()
  const airGap = new AirGap()
  const lock = () => {
    const screen = new VaultLock({ store, keys, conversion, tabs: new VaultTabs(crypto.randomUUID()), now: () => now })
    draw(LockScreen, { lock: screen, airGap }, '24rem')
    return screen
  }
  return { lock, store, airGap, recoveryCode: made.recoveryCode, later: (ms: number) => (now += ms) }
}

it('opens with the passphrase, after it has refused a wrong one in words', async () => {
  const { lock, store } = await open()
  const screen = lock()
  await screen.look()
  flushSync()
  const field = one<HTMLInputElement>('vault-passphrase')
  expect([field.type, field.autocomplete]).toEqual(['password', 'current-password'])
  write('vault-passphrase', 'wrong')
  press('vault-unlock')
  await eventually(() =>
    expect(document.querySelector('[data-part=vault-wrong]')?.textContent).toBe(m.error_passphrase_wrong()),
  )
  expect((await store.failures())?.count).toBe(1)
  write('vault-passphrase', PASSPHRASE)
  press('vault-unlock')
  expect(await screen.opened).toBeInstanceOf(CryptoKey)
  expect(await store.failures()).toBeUndefined()
  expect((await store.header())?.state).toBe('sealed')
})

it('takes no passphrase for a while after the third wrong one, not even behind a reload', async () => {
  const { lock, recoveryCode, later } = await open()
  const screen = lock()
  await screen.look()
  for (const wrong of ['a', 'b', 'c']) await screen.unlock(wrong)
  flushSync()
  expect(one<HTMLButtonElement>('vault-unlock').disabled).toBe(true)
  expect(textOf('vault')).toContain(m.vault_wait({ seconds: 2 }))
  document.body.replaceChildren()
  const next = lock()
  await next.look()
  await next.unlock(recoveryCode)
  expect(next.phase).toBe('locked')
  later(2000)
  await next.unlock(recoveryCode)
  expect(await next.opened).toBeInstanceOf(CryptoKey)
})

it('deletes everything only after the word for it', async () => {
  const { lock, store, recoveryCode } = await open()
  const screen = lock()
  await screen.look()
  await screen.unlock(recoveryCode)
  await screen.opened
  document.body.replaceChildren()
  const next = lock()
  await next.look()
  flushSync()
  expect(one<HTMLButtonElement>('vault-delete-all').disabled).toBe(true)
  write('vault-delete-word', m.delete_all_word())
  press('vault-delete-all')
  expect(await next.opened).toBeUndefined()
  await vi.waitFor(async () => expect(await store.header()).toBeUndefined())
})

it('says that the air gap is on', async () => {
  const { lock, airGap } = await open()
  await lock().look()
  flushSync()
  expect(document.querySelector('[data-testid=air-gap-on]')).toBeNull()
  airGap.on = true
  flushSync()
  expect(textOf('air-gap-on')).toBe(m.air_gap_on())
})
