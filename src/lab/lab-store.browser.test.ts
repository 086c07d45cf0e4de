import { deleteDB, openDB } from 'idb'
import { afterEach, describe, expect, it } from 'vitest'
import { LabCodec } from './lab-record'
import { LabStore, type WholeRun } from './lab-store'
import type { LabItem, LabRun, LabText } from './run'
import { OLD_KEYS, OLD_RECORDS, OLD_RUN } from './version-1.fixture'

let names: string[] = []
const nameOf = () => {
  const name = `lab-${crypto.randomUUID()}`
  names.push(name)
  return name
}
afterEach(async () => {
  await Promise.all(names.map((name) => deleteDB(name, { blocked: () => undefined })))
  names = []
})

const RUN: LabRun = {
  id: 'run',
  createdAt: 5,
  suite: { name: 'own', title: 'My sums' },
  settings: { effort: 'normal', temperature: 0, votes: 1, seed: 1 },
  model: { id: 'nano', name: 'Nano' },
  state: 'running',
  questions: 2,
  finished: 0,
  right: 0,
  wrong: 0,
  writtenMs: 0,
}
const QUESTIONS = [
  { text: '1 + 1?', answer: '2' },
  { family: 'arithmetic' as const, level: 1 as const, text: '2 + 2?', answer: '4', tolerance: 0.5 },
]
const item = (at: number, run = 'run'): LabItem => ({
  run,
  at,
  state: 'right',
  how: 'ended',
  value: '2',
  promptTokens: 5,
  thoughtTokens: 3,
  newTokens: 6,
  prefillMs: 1,
  decodeMs: 2,
})
const text = (at: number): LabText => ({
  run: 'run',
  at,
  text: `reply ${String(at)}`,
  tokens: { tokenizer: 't', ids: 'AQ==' },
})
const WHOLE: WholeRun = { run: RUN, questions: QUESTIONS, items: [], texts: [] }

/** Words as another codec would keep them. */
const SECRET = {
  encode: async (words: string) => {
    await Promise.resolve()
    return btoa(encodeURIComponent(words))
  },
  decode: async (stored: string) => {
    await Promise.resolve()
    return decodeURIComponent(atob(stored))
  },
}

describe('LabStore', () => {
  it.each([
    ['plain', new LabCodec()],
    ['through another codec', new LabCodec(SECRET)],
  ])('gives back what was stored, %s', async (_, codec) => {
    const store = new LabStore(nameOf(), codec)
    await store.put(WHOLE)
    const after = { ...RUN, finished: 1, right: 1 }
    expect(await store.finish(after, item(0), text(0))).toBe(true)
    expect(await store.whole('run')).toEqual({ run: after, questions: QUESTIONS, items: [item(0)], texts: [text(0)] })
    const suite = { id: 's', title: 'mine', createdAt: 1, questions: QUESTIONS }
    await store.putSuite(suite)
    expect(await store.suites()).toEqual([suite])
  })

  it('keeps no word of a question, a reply, a value or a title where they are to be kept otherwise', async () => {
    const name = nameOf()
    const store = new LabStore(name, new LabCodec(SECRET))
    await store.put(WHOLE)
    await store.finish({ ...RUN, finished: 1 }, { ...item(0), value: 'SECRETVALUE' }, text(0))
    const db = await openDB(name)
    const all = await Promise.all(['runs', 'questions', 'items', 'texts'].map((each) => db.getAll(each)))
    db.close()
    const stored = JSON.stringify(all)
    for (const word of ['My sums', '1 + 1', 'reply 0', 'SECRETVALUE', 'AQ==']) expect(stored).not.toContain(word)
  })

  it('lets a pause of another tab stand when an item ends, and stores nothing of a deleted run', async () => {
    const store = new LabStore(nameOf())
    await store.put(WHOLE)
    await store.setState('run', { state: 'paused', pausedBy: 'person' })
    await store.finish({ ...RUN, finished: 1 }, item(0), text(0))
    expect(await store.run('run')).toMatchObject({ state: 'paused', pausedBy: 'person', finished: 1 })
    await store.remove('run')
    expect(await store.finish({ ...RUN, finished: 2 }, item(1), text(1))).toBe(false)
    expect(await store.setState('run', { state: 'running' })).toBeUndefined()
    expect(await store.items('run')).toEqual([])
    expect(await store.runs()).toEqual([])
  })

  it('leaves out what is damaged or of a later version, and keeps the rest', async () => {
    const name = nameOf()
    const store = new LabStore(name)
    await store.put({ ...WHOLE, items: [item(0), item(1)], texts: [text(0), text(1)] })
    await store.put({ ...WHOLE, run: { ...RUN, id: 'later', createdAt: 6 } })
    const db = await openDB(name)
    await db.put('items', {
      run: 'run',
      block: 0,
      version: 1,
      words: JSON.stringify([{ ...item(0), newTokens: 'many' }, item(1)]),
    })
    await db.put('items', { run: 'run', block: 1, version: 1, words: '{' })
    await db.put('texts', { ...text(1), version: 1, text: 7 })
    await db.put('runs', { ...RUN, id: 'later', version: 3 })
    db.close()
    expect((await store.items('run')).map(({ at }) => at)).toEqual([1])
    expect(await store.text('run', 1)).toBeUndefined()
    expect(await store.text('run', 0)).toEqual(text(0))
    expect((await store.runs()).map(({ id }) => id)).toEqual(['run'])
  })

  it('opens what the first version has stored, unchanged', async () => {
    const name = nameOf()
    const names = Object.keys(OLD_KEYS) as (keyof typeof OLD_KEYS)[]
    const db = await openDB(name, 1, {
      upgrade: (old) => {
        for (const each of names) {
          const { [each]: key } = OLD_KEYS
          old.createObjectStore(each, { keyPath: typeof key === 'string' ? key : [...key] })
        }
      },
    })
    for (const each of names) await db.put(each, OLD_RECORDS[each])
    db.close()
    const store = new LabStore(name)
    expect(await store.runs()).toEqual([OLD_RUN.run])
    expect(await store.whole('old')).toEqual(OLD_RUN)
    expect(await store.suites()).toMatchObject([{ title: 'mine', questions: OLD_RUN.questions }])
    const second = { ...item(1), run: 'old' }
    await store.finish({ ...OLD_RUN.run, finished: 2, state: 'done' }, second, { ...text(1), run: 'old' })
    expect((await store.whole('old'))?.items).toEqual([OLD_RUN.items[0], second])
  })

  it('reads items from a place on', async () => {
    const store = new LabStore(nameOf())
    const many = Array.from({ length: 230 }, (_, at) => item(at))
    await store.put({ ...WHOLE, items: many })
    await store.put({ ...WHOLE, run: { ...RUN, id: 'run2' }, items: many.map((one) => ({ ...one, run: 'run2' })) })
    expect((await store.items('run', 228)).map(({ run, at }) => [run, at])).toEqual([
      ['run', 228],
      ['run', 229],
    ])
  })
})
