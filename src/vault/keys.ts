import { RpcClient } from '../platform/rpc'
import { AppError, toAppError } from '../shared/errors'
import type { Cost, DeriveProcedures } from './derive-protocol'
import { lettersOf, newRecoveryCode, readRecoveryCode } from './recovery-code'
import type { VaultHeader } from './vault-store'

/** Slow for somebody who guesses, and bearable for the owner. */
const PASSPHRASE_MS = 1000
const IV_BYTES = 12
const SALT_BYTES = 16
const AES: AesKeyAlgorithm = { name: 'AES-GCM', length: 256 }

const encoder = new TextEncoder()

/** A vault that has just been made, and the code that is shown once. */
export interface NewVault {
  readonly header: VaultHeader
  readonly recoveryCode: string
}

/** Makes and finds the data key of a vault: a random one, wrapped once by the passphrase and once by the recovery code. */
export class VaultKeys {
  readonly #startWorker: () => Worker
  readonly #passphraseMs: number

  /**
   * @param startWorker makes the worker, which serves derive-protocol.ts
   * @param passphraseMs the time that a passphrase takes on the device where it is chosen, in ms
   */
  constructor(startWorker: () => Worker, passphraseMs = PASSPHRASE_MS) {
    this.#startWorker = startWorker
    this.#passphraseMs = passphraseMs
  }

  /** A vault into which records can be moved. Nothing is stored yet. */
  async create(passphrase: string): Promise<NewVault> {
    const id = crypto.randomUUID()
    const dataKey = await crypto.subtle.generateKey(AES, true, ['encrypt', 'decrypt'])
    const recoveryCode = newRecoveryCode()
    const cost = await this.#worker((worker) => worker.call('measure', this.#passphraseMs))
    const header: VaultHeader = {
      version: 1,
      id,
      state: 'sealing',
      passphrase: await this.#byPassphrase(id, passphrase, cost, dataKey),
      recovery: { wrapped: await wrap(dataKey, await keyOfCode(lettersOf(recoveryCode), id), placeOf(id, 'recovery')) },
    }
    return { header, recoveryCode }
  }

  /**
   * The data key, which cannot be taken out of the browser.
   *
   * @param secret the passphrase, or the recovery code
   * @throws {AppError} `passphrase-wrong`
   */
  async open(header: VaultHeader, secret: string): Promise<CryptoKey> {
    return await this.#unwrap(header, secret, false)
  }

  /** The header with another passphrase; records stay as they are. @throws {AppError} `passphrase-wrong` */
  async change(header: VaultHeader, secret: string, passphrase: string): Promise<VaultHeader> {
    const dataKey = await this.#unwrap(header, secret, true)
    const cost = await this.#worker((worker) => worker.call('measure', this.#passphraseMs))
    return { ...header, passphrase: await this.#byPassphrase(header.id, passphrase, cost, dataKey) }
  }

  async #byPassphrase(id: string, passphrase: string, cost: Cost, dataKey: CryptoKey) {
    const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES))
    const wrapped = await wrap(dataKey, await this.#keyOf(passphrase, salt, cost), placeOf(id, 'passphrase'))
    return { salt, cost, wrapped }
  }

  async #unwrap({ id, passphrase, recovery }: VaultHeader, secret: string, extractable: boolean): Promise<CryptoKey> {
    const key = await this.#keyOf(secret, passphrase.salt, passphrase.cost)
    const found = await unwrap(passphrase.wrapped, key, placeOf(id, 'passphrase'), extractable)
    if (found) return found
    const code = readRecoveryCode(secret)
    const recovered =
      code !== undefined &&
      (await unwrap(recovery.wrapped, await keyOfCode(code, id), placeOf(id, 'recovery'), extractable))
    if (recovered) return recovered
    throw new AppError('passphrase-wrong', 'Neither the passphrase nor the recovery code is right.', { retry: 'now' })
  }

  async #keyOf(passphrase: string, salt: Uint8Array<ArrayBuffer>, cost: Cost): Promise<CryptoKey> {
    const bytes = await this.#worker((worker) => worker.call('derive', { passphrase, salt, cost }))
    return await crypto.subtle.importKey('raw', bytes, AES, false, ['wrapKey', 'unwrapKey'])
  }

  /** A worker for one task: what it has of a passphrase in its memory goes with it. */
  async #worker<T>(task: (worker: RpcClient<DeriveProcedures>) => Promise<T>): Promise<T> {
    const worker = new RpcClient<DeriveProcedures>(this.#startWorker(), toAppError)
    try {
      return await task(worker)
    } finally {
      worker.end(new DOMException('It is done.', 'AbortError'))
    }
  }
}

const placeOf = (id: string, by: keyof VaultHeader) => encoder.encode(JSON.stringify([id, by]))

/** @param letters of the recovery code, without its groups */
async function keyOfCode(letters: string, id: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', encoder.encode(letters), 'HKDF', false, ['deriveKey'])
  const hkdf: HkdfParams = { name: 'HKDF', hash: 'SHA-256', salt: encoder.encode(id), info: encoder.encode('recovery') }
  return await crypto.subtle.deriveKey(hkdf, material, AES, false, ['wrapKey', 'unwrapKey'])
}

async function wrap(key: CryptoKey, by: CryptoKey, additionalData: Uint8Array<ArrayBuffer>) {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const wrapped = new Uint8Array(await crypto.subtle.wrapKey('raw', key, by, { name: 'AES-GCM', iv, additionalData }))
  const whole = new Uint8Array(IV_BYTES + wrapped.length)
  whole.set(iv)
  whole.set(wrapped, IV_BYTES)
  return whole
}

async function unwrap(
  whole: Uint8Array<ArrayBuffer>,
  by: CryptoKey,
  additionalData: Uint8Array<ArrayBuffer>,
  extractable: boolean,
): Promise<CryptoKey | undefined> {
  const [iv, wrapped] = [whole.subarray(0, IV_BYTES), whole.subarray(IV_BYTES)]
  const algorithm: AesGcmParams = { name: 'AES-GCM', iv, additionalData }
  try {
    return await crypto.subtle.unwrapKey('raw', wrapped, by, algorithm, AES, extractable, ['encrypt', 'decrypt'])
  } catch {
    return undefined
  }
}
