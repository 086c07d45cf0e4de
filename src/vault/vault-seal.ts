import type { StoredRecord } from '../conversations/record'
import type { RecordKind, RecordSeal } from '../conversations/record-codec'
import { BytesSeal } from './bytes-seal'

/** What stays readable: ids, dates, and what has no words. The database sorts, counts and mends by it. */
const PLAIN: Readonly<Record<RecordKind, ReadonlySet<string>>> = {
  conversations: new Set(['id', 'version', 'createdAt', 'updatedAt', 'leafId', 'pinned', 'recovered']),
  messages: new Set(['id', 'version', 'createdAt', 'conversationId', 'parentId', 'role', 'state']),
  drafts: new Set(['id', 'version']),
}

/** Holds all words of a message or a draft. A conversation's fields change one by one, so each is sealed by itself. */
const WHOLE = 'sealed'

const isSealed = (value: unknown): value is Uint8Array<ArrayBuffer> => value instanceof Uint8Array

/** Encrypts records, each field bound to its record. */
export class VaultSeal implements RecordSeal {
  readonly #bytes: BytesSeal

  constructor(key: CryptoKey) {
    this.#bytes = new BytesSeal(key)
  }

  async close(kind: RecordKind, record: StoredRecord): Promise<StoredRecord> {
    const { id } = record
    const [plain, secret]: [Record<string, unknown>, Record<string, unknown>] = [{}, {}]
    for (const [field, value] of Object.entries(record)) {
      if (value === undefined) continue
      // What could not be decrypted was read as it is stored, and is written back so.
      ;(PLAIN[kind].has(field) || isSealed(value) ? plain : secret)[field] = value
    }
    const parts = kind === 'conversations' || WHOLE in plain ? secret : { [WHOLE]: secret }
    const sealed = Object.entries(parts).map(
      async ([field, value]) => [field, await this.#bytes.close(placeOf(kind, id, field), value)] as const,
    )
    return { ...plain, ...Object.fromEntries(await Promise.all(sealed)) }
  }

  async open(kind: RecordKind, record: StoredRecord): Promise<StoredRecord> {
    const { id } = record
    const fields = await Promise.all(
      Object.entries(record).map(async ([field, value]) => {
        if (!isSealed(value)) return { [field]: value }
        try {
          const opened = await this.#bytes.open(placeOf(kind, id, field), value)
          return field === WHOLE ? (opened as StoredRecord) : { [field]: opened }
        } catch {
          return { [field]: value }
        }
      }),
    )
    return Object.assign({}, ...fields) as StoredRecord
  }
}

const placeOf = (kind: RecordKind, id: unknown, field: string) => JSON.stringify([kind, id, field])
