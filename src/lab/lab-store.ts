import * as v from 'valibot'
import type { DBSchema } from 'idb'
import { Database } from '../platform/database'
import { omit } from '../shared/omit'
import { LabCodec, type LabRecord } from './lab-record'
import type { Question } from './question'
import type { LabItem, LabRun, LabText, OwnSuite } from './run'
import { speedSchema, type Speed } from './speed'

type PlaceKey = [run: string, place: number]

/** Items are stored in blocks of so many. */
const BLOCK = 100

const blockOf = (at: number) => Math.floor(at / BLOCK)

interface LabSchema extends DBSchema {
  runs: { key: string; value: LabRecord }
  questions: { key: string; value: LabRecord }
  items: { key: PlaceKey; value: LabRecord }
  texts: { key: PlaceKey; value: LabRecord }
  suites: { key: string; value: LabRecord }
  speeds: { key: string; value: LabRecord }
}

/** The name of the database, and of the channel on which tabs tell each other of changes. */
export const LAB = 'thinktab-lab'
/** The same while there is a vault. */
export const SEALED_LAB = 'thinktab-lab-sealed'

/** Whether a run goes on, and why it does not. */
export type RunState = Pick<LabRun, 'state' | 'pausedBy' | 'error'>

/** A run with all that belongs to it. */
export interface WholeRun {
  readonly run: LabRun
  readonly questions: readonly Question[]
  readonly items: readonly LabItem[]
  readonly texts: readonly LabText[]
}

const OF_RUN = ['runs', 'questions', 'items', 'texts'] as const
const ALL = [...OF_RUN, 'suites', 'speeds'] as const
const itemsOfRun = (run: string, from = 0) => IDBKeyRange.bound([run, from], [run, Infinity])

/** Items by their block. */
function blocksOf(items: readonly LabItem[]): (readonly [block: number, items: LabItem[]])[] {
  const blocks = new Map<number, LabItem[]>()
  for (const item of items) {
    const own = blocks.get(blockOf(item.at))
    if (own) own.push(item)
    else blocks.set(blockOf(item.at), [item])
  }
  return [...blocks]
}

/**
 * Runs and their results in a database of their own, so that whatever happens to it costs no chat.
 *
 * Every method throws an AppError `storage-unavailable`, `storage-silent`, `storage-newer` or `storage-full`.
 */
export class LabStore {
  readonly name: string
  readonly #codec: LabCodec
  readonly #database: Database<LabSchema>

  constructor(name = LAB, codec = new LabCodec()) {
    this.name = name
    this.#codec = codec
    this.#database = new Database<LabSchema>(name, 2, (db, before) => {
      if (before < 1) {
        db.createObjectStore('runs', { keyPath: 'id' })
        db.createObjectStore('questions', { keyPath: 'run' })
        db.createObjectStore('items', { keyPath: ['run', 'block'] })
        db.createObjectStore('texts', { keyPath: ['run', 'at'] })
        db.createObjectStore('suites', { keyPath: 'id' })
      }
      if (before < 2) db.createObjectStore('speeds', { keyPath: 'id' })
    })
  }

  /** All runs, the newest first. */
  async runs(): Promise<LabRun[]> {
    const records = await this.#database.use((db) => db.getAll('runs'))
    const runs = await Promise.all(records.map((record) => this.#codec.decodeRun(record)))
    return runs.filter((run) => run !== undefined).sort((a, b) => b.createdAt - a.createdAt)
  }

  async run(id: string): Promise<LabRun | undefined> {
    return await this.#codec.decodeRun(await this.#database.use((db) => db.get('runs', id)))
  }

  async questions(run: string): Promise<Question[]> {
    return (await this.#codec.decodeQuestions(await this.#database.use((db) => db.get('questions', run)))) ?? []
  }

  /** The finished items of a run from a place on, in their order, without texts. */
  async items(run: string, from = 0): Promise<LabItem[]> {
    const records = await this.#database.use((db) => db.getAll('items', itemsOfRun(run, blockOf(from))))
    const items = await Promise.all(records.map((record) => this.#codec.decodeItems(record)))
    return items.flat().filter(({ at }) => at >= from)
  }

  async text(run: string, at: number): Promise<LabText | undefined> {
    return await this.#codec.decodeText(await this.#database.use((db) => db.get('texts', [run, at])))
  }

  /** A run with everything, to be written into a file or put back. */
  async whole(id: string): Promise<WholeRun | undefined> {
    const run = await this.run(id)
    if (!run) return undefined
    const records = await this.#database.use((db) => db.getAll('texts', itemsOfRun(id)))
    const texts = await Promise.all(records.map((record) => this.#codec.decodeText(record)))
    return {
      run,
      questions: await this.questions(id),
      items: await this.items(id),
      texts: texts.filter((text) => text !== undefined),
    }
  }

  /** Stores a run with all that it has; an equal one is replaced. */
  async put({ run, questions, items, texts }: WholeRun): Promise<void> {
    const codec = this.#codec
    const [stored, words, storedItems, storedTexts] = await Promise.all([
      codec.encodeRun(run),
      codec.encodeQuestions(run.id, questions),
      Promise.all(blocksOf(items).map(([block, own]) => codec.encodeItems(run.id, block, own))),
      Promise.all(texts.map((text) => codec.encodeText(text))),
    ])
    await this.#database.use(async (db) => {
      const transaction = db.transaction(OF_RUN, 'readwrite')
      await Promise.all([
        transaction.objectStore('runs').put(stored),
        transaction.objectStore('questions').put(words),
        ...storedItems.map((item) => transaction.objectStore('items').put(item)),
        ...storedTexts.map((text) => transaction.objectStore('texts').put(text)),
        transaction.done,
      ])
    })
  }

  /** Lets a run go on or wait, whatever else of it has changed meanwhile. @returns undefined if it was deleted */
  async setState(id: string, { state, pausedBy, error }: RunState): Promise<LabRun | undefined> {
    const record = await this.#database.use(async (db) => {
      const transaction = db.transaction('runs', 'readwrite')
      const now = await transaction.store.get(id)
      const next = now && {
        ...omit(now, 'pausedBy', 'error'),
        state,
        ...(pausedBy && { pausedBy }),
        ...(error && { error }),
      }
      await Promise.all([...(next ? [transaction.store.put(next)] : []), transaction.done])
      return next
    })
    return await this.#codec.decodeRun(record)
  }

  /** Stores a finished item, together with its run: both or neither. @returns whether the run is still there */
  async finish(run: LabRun, item: LabItem, text: LabText): Promise<boolean> {
    // Only the tab that works on the run writes its items, so nothing comes in between.
    const block = blockOf(item.at)
    const before = await this.#codec.decodeItems(await this.#database.use((db) => db.get('items', [run.id, block])))
    const items = [...before.filter(({ at }) => at !== item.at), item]
    const [storedItems, storedText] = await Promise.all([
      this.#codec.encodeItems(run.id, block, items),
      this.#codec.encodeText(text),
    ])
    const stored = await this.#codec.encodeRun(run)
    return await this.#database.use(async (db) => {
      const transaction = db.transaction(OF_RUN, 'readwrite')
      const now = await transaction.objectStore('runs').get(run.id)
      // Another tab may have paused it meanwhile.
      const isPaused = run.state === 'running' && now?.['state'] === 'paused'
      const kept = isPaused ? { ...stored, state: 'paused', pausedBy: now['pausedBy'] } : stored
      const writes: Promise<unknown>[] = now ? [transaction.objectStore('runs').put(kept)] : []
      if (now)
        writes.push(transaction.objectStore('items').put(storedItems), transaction.objectStore('texts').put(storedText))
      await Promise.all([...writes, transaction.done])
      return now !== undefined
    })
  }

  async remove(run: string): Promise<void> {
    await this.#database.use(async (db) => {
      const transaction = db.transaction(OF_RUN, 'readwrite')
      await Promise.all([
        transaction.objectStore('runs').delete(run),
        transaction.objectStore('questions').delete(run),
        transaction.objectStore('items').delete(itemsOfRun(run)),
        transaction.objectStore('texts').delete(itemsOfRun(run)),
        transaction.done,
      ])
    })
  }

  /** Suites of a person's own, the newest first. */
  async suites(): Promise<OwnSuite[]> {
    const records = await this.#database.use((db) => db.getAll('suites'))
    const suites = await Promise.all(records.map((record) => this.#codec.decodeSuite(record)))
    return suites.filter((suite) => suite !== undefined).sort((a, b) => b.createdAt - a.createdAt)
  }

  async putSuite(suite: OwnSuite): Promise<void> {
    const record = await this.#codec.encodeSuite(suite)
    await this.#database.use((db) => db.put('suites', record))
  }

  async removeSuite(id: string): Promise<void> {
    await this.#database.use((db) => db.delete('suites', id))
  }

  /** Measurements of this device, the newest first. They hold no words of a person. */
  async speeds(): Promise<Speed[]> {
    const records = await this.#database.use((db) => db.getAll('speeds'))
    const found = records.map((record) => v.safeParse(speedSchema, record))
    return found.flatMap((one) => (one.success ? [one.output] : [])).sort((a, b) => b.at - a.at)
  }

  async putSpeed(speed: Speed): Promise<void> {
    await this.#database.use((db) => db.put('speeds', { ...speed, version: 1 }))
  }

  async removeSpeed(id: string): Promise<void> {
    await this.#database.use((db) => db.delete('speeds', id))
  }

  /** Deletes everything. */
  async clear(): Promise<void> {
    await this.#database.use(async (db) => {
      const transaction = db.transaction(ALL, 'readwrite')
      await Promise.all([...ALL.map((name) => transaction.objectStore(name).clear()), transaction.done])
    })
  }
}
