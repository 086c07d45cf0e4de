import type { IDBPDatabase } from 'idb'
import { conversationDatabase, type ConversationDatabase, type ConversationSchema } from './conversation-database'
import type { StoredRecord } from './record'
import type { RecordKind } from './record-codec'

const KINDS: readonly RecordKind[] = ['conversations', 'messages', 'drafts']
/** Records that are converted at a time. */
const BATCH = 100

/** The place up to which everything has been moved. */
interface MoveMark {
  readonly kind: string
  readonly key: IDBValidKey
}

export interface Move {
  /** Names of databases. */
  readonly from: string
  readonly to: string
  readonly convert: (kind: RecordKind, record: StoredRecord) => Promise<StoredRecord>
  /** What is in the other database already is newer, and stays. */
  readonly onlyMissing: boolean
  /** Where an earlier try has stopped. */
  readonly after: MoveMark | undefined
  /** Told after each batch; waited for. */
  readonly onMark: (mark: MoveMark, done: number, total: number) => Promise<void>
  readonly signal: AbortSignal
}

/**
 * Copies every record into another database, converted. The first one is not changed: until the copy is complete it has
 * everything. Nobody else may write to either of them.
 *
 * @throws the signal's reason when aborted; {AppError} as storage does, also if a record is missing in the end
 */
export async function moveRecords(move: Move): Promise<void> {
  const [source, target] = [conversationDatabase(move.from), conversationDatabase(move.to)]
  const total = await source.use(async (db) => {
    const counts = await Promise.all(KINDS.map((kind) => db.count(kind)))
    return counts.reduce((sum, count) => sum + count, 0)
  })
  const start = Math.max(0, move.after ? KINDS.findIndex((kind) => kind === move.after?.kind) : 0)
  let done = 0
  for (const [at, kind] of KINDS.entries()) {
    if (at < start) {
      done += await source.use((db) => db.count(kind))
      continue
    }
    let last = at === start && move.after?.kind === kind ? move.after.key : undefined
    if (last !== undefined) {
      const before = IDBKeyRange.upperBound(last)
      done += await source.use((db) => db.count(kind, before))
    }
    for (;;) {
      move.signal.throwIfAborted()
      const range = last === undefined ? null : IDBKeyRange.lowerBound(last, true)
      const [keys, records] = await source.use((db) => readBatch(db, kind, range))
      const converted = await Promise.all(records.map((record) => move.convert(kind, record)))
      move.signal.throwIfAborted()
      await target.use((db) => writeBatch(db, kind, converted, move.onlyMissing))
      last = keys.at(-1) ?? last
      done += keys.length
      if (last !== undefined) await move.onMark({ kind, key: last }, done, total)
      if (keys.length < BATCH) break
    }
  }
  for (const kind of KINDS) await requireAll(source, target, kind)
  await Promise.all([source.close(), target.close()])
}

async function readBatch(db: IDBPDatabase<ConversationSchema>, kind: RecordKind, range: IDBKeyRange | null) {
  const { store } = db.transaction(kind)
  return await Promise.all([store.getAllKeys(range, BATCH), store.getAll(range, BATCH)])
}

async function writeBatch(
  db: IDBPDatabase<ConversationSchema>,
  kind: RecordKind,
  records: readonly StoredRecord[],
  onlyMissing: boolean,
): Promise<void> {
  const transaction = db.transaction(kind, 'readwrite', { durability: 'strict' })
  const put = async (record: StoredRecord) => {
    if (!onlyMissing || (await transaction.store.count(IDBKeyRange.only(record['id']))) === 0)
      await transaction.store.put(record)
  }
  await Promise.all([...records.map(put), transaction.done])
}

async function requireAll(source: ConversationDatabase, target: ConversationDatabase, kind: RecordKind): Promise<void> {
  const [wanted, found] = await Promise.all([source, target].map((one) => one.use((db) => db.getAllKeys(kind))))
  const there = new Set(found)
  if (wanted?.some((key) => !there.has(key))) throw new Error(`A record of ${kind} was not moved.`)
}
