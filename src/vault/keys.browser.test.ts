import { expect, it } from 'vitest'
import { costFor, LEAST } from './argon2'
import { BytesSeal } from './bytes-seal'
import { VaultKeys } from './keys'
import { readRecoveryCode } from './recovery-code'

const start = () => new Worker(new URL('./derive-worker.ts', import.meta.url), { type: 'module' })
/** Its keys cost the least that is allowed; those of the site take a second of a whole core. */
const keys = new VaultKeys(start, 1)

it('opens with the passphrase and with the recovery code, also after another passphrase was chosen', async () => {
  const { header, recoveryCode } = await keys.create('correct horse')
  expect(header.passphrase.cost).toEqual(LEAST)
  const sealed = await new BytesSeal(await keys.open(header, 'correct horse')).close('p', 'words')
  const read = async (secret: string, of = header) => new BytesSeal(await keys.open(of, secret)).open('p', sealed)

  expect(await read(recoveryCode)).toBe('words')
  expect(await read(recoveryCode.toLowerCase().replaceAll('-', ' '))).toBe('words')
  await expect(read('Correct horse')).rejects.toMatchObject({ code: 'passphrase-wrong' })
  await expect(read(recoveryCode.replace(/.$/, (last) => (last === '7' ? '8' : '7')))).rejects.toMatchObject({
    code: 'passphrase-wrong',
  })

  const changed = await keys.change(header, 'correct horse', 'battery staple')
  expect(await read('battery staple', changed)).toBe('words')
  expect(await read(recoveryCode, changed)).toBe('words')
  await expect(read('correct horse', changed)).rejects.toMatchObject({ code: 'passphrase-wrong' })
})

it('gives a key that cannot be taken out of the browser', async () => {
  const { header } = await keys.create('x')
  const key = await keys.open(header, 'x')
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()
})

it('takes the same characters for the same, however a keyboard composes them', async () => {
  const ofSite = new VaultKeys(start)
  const { header } = await ofSite.create('caf\u00e9')
  const { memoryKiB, passes } = header.passphrase.cost
  expect(memoryKiB * passes).toBeGreaterThanOrEqual(LEAST.memoryKiB * LEAST.passes)
  await expect(ofSite.open(header, 'cafe\u0301')).resolves.toBeDefined()
})

it('costs about the wanted time, and never less than is recommended', () => {
  expect(costFor(1000, 100_000)).toEqual(LEAST)
  expect(costFor(1000, 500)).toEqual({ memoryKiB: 38 * 1024, passes: 2 })
  expect(costFor(1000, 50)).toEqual({ memoryKiB: 64 * 1024, passes: 12 })
})

it('reads a code with letters that look like digits, and nothing else as one', () => {
  expect(readRecoveryCode('oo1L-'.padEnd(33, 'a'))).toBe('0011'.padEnd(32, 'A'))
  expect([readRecoveryCode(''), readRecoveryCode('A'.repeat(31)), readRecoveryCode('U'.repeat(32))]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})
