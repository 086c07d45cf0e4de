import { describe, expect, it } from 'vitest'
import type { WholeRun } from './lab-store'
import { resultCsv, tableCsv } from './result-csv'
import { readResult, resultJson } from './result-file'
import type { LabItem, LabRun } from './run'
import { OLD_FILE, OLD_RUN } from './version-1.fixture'

const RUN: LabRun = {
  id: 'a',
  createdAt: 5,
  suite: { name: 'arithmetic', language: 'en', levels: [1, 2], seed: 3 },
  settings: { effort: 200, temperature: 0.6, votes: 1, seed: 1 },
  model: { id: 'nano', name: 'Nano' },
  environment: { engine: 'wllama', files: { 'nano.gguf': 'abc' }, contextWindow: 1024, adapter: '', browser: 'test' },
  state: 'running',
  questions: 2,
  finished: 1,
  right: 0,
  wrong: 1,
  writtenMs: 3,
  again: { run: 'other', same: 1 },
}
const ITEM: LabItem = {
  run: 'a',
  at: 0,
  state: 'wrong',
  how: 'looped',
  value: '=1+1',
  promptTokens: 5,
  thoughtTokens: 3,
  newTokens: 6,
  prefillMs: 1,
  decodeMs: 2,
}
const WHOLE: WholeRun = {
  run: RUN,
  questions: [
    { family: 'arithmetic', level: 1, text: 'What, is "1"\n+ 1?', answer: '-2' },
    { text: '2?', answer: '2' },
  ],
  items: [ITEM],
  texts: [{ run: 'a', at: 0, text: 'reply' }],
}

/** Gives these ids, one after the other. */
const ids =
  (...all: string[]) =>
  () =>
    all.shift() ?? ''

describe('a result as a file', () => {
  it('comes back whole, under another id, and does not go on by itself', () => {
    const { again: _, ...run } = RUN
    expect(readResult(resultJson([WHOLE]), ids('s', 'b'))).toEqual([
      {
        ...WHOLE,
        run: { ...run, id: 'b', state: 'paused', imported: true },
        items: [{ ...ITEM, run: 'b' }],
        texts: [{ run: 'b', at: 0, text: 'reply' }],
      },
    ])
  })

  it('keeps a series together, under another id', () => {
    const series = ['a', 'c'].map((id) => ({ ...WHOLE, run: { ...RUN, id, series: 'before' } }))
    const read = readResult(resultJson(series), ids('s', 'b', 'd'))
    if (typeof read === 'string') throw new Error(read)
    expect(read.map(({ run }) => [run.id, run.series])).toEqual([
      ['b', 's'],
      ['d', 's'],
    ])
  })

  it('is read in its first version, too', () => {
    expect(readResult(OLD_FILE, ids('s', 'b'))).toEqual([
      {
        ...OLD_RUN,
        run: { ...OLD_RUN.run, id: 'b', imported: true },
        items: [{ ...OLD_RUN.items[0], run: 'b' }],
        texts: [{ ...OLD_RUN.texts[0], run: 'b' }],
      },
    ])
  })

  const changed = (change: object) => JSON.stringify({ ...(JSON.parse(OLD_FILE) as object), ...change })
  it.each([
    ['{', 'not-json'],
    ['[1]', 'unknown-format'],
    ['null', 'unknown-format'],
    [changed({ format: 'other' }), 'unknown-format'],
    [changed({ version: 3 }), 'newer-version'],
    [changed({ version: 2 }), 'damaged'],
    [changed({ questions: [] }), 'damaged'],
    [changed({ items: [{ ...OLD_RUN.items[0], at: 1 }] }), 'damaged'],
    [changed({ items: [] }), 'damaged'],
    [changed({ texts: [{ run: 'a', at: 9, text: 'x' }] }), 'damaged'],
    [changed({ run: { ...OLD_RUN.run, settings: { ...OLD_RUN.run.settings, temperature: 99 } } }), 'damaged'],
  ])('is refused where it is no such file: %s', (text, problem) => {
    expect(readResult(text, ids())).toBe(problem)
  })

  it('is a table without formulas', () => {
    const csv = resultCsv([WHOLE])
    expect(csv).toContain('"What, is ""1""\n+ 1?",-2,')
    expect(csv).toContain("'=1+1")
    expect(tableCsv({ columns: ['a', 'b'], rows: [['=1', 'x, y']] })).toBe(`a,b\r\n"'=1","x, y"`)
  })
})
