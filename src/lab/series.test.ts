import { describe, expect, it } from 'vitest'
import type { LabRun } from './run'
import { entriesOf, estimateMs, numbersOf, repliesOf, seriesProblem, settingsOf, type Grid } from './series'

const NANO = { id: 'nano', name: 'Nano' }
const BIG = { id: 'big', name: 'Big' }
const ONE: Grid = { models: [NANO], efforts: ['normal'], votes: [1], temperatures: [0], seeds: [1] }
const run = (id: string, change: Partial<LabRun> = {}): LabRun => ({
  id,
  createdAt: 1,
  suite: { name: 'first' },
  settings: { effort: 'normal', temperature: 0, votes: 1, seed: 1 },
  model: NANO,
  state: 'done',
  questions: 10,
  finished: 10,
  right: 5,
  wrong: 5,
  writtenMs: 1000,
  ...change,
})

describe('settingsOf', () => {
  it('has each value with each other one, and the chosen model last', () => {
    const found = settingsOf({ ...ONE, models: [NANO, BIG], efforts: ['off', 64], temperatures: [0.5], seeds: [1, 2] })
    expect(found).toHaveLength(8)
    expect(found[0]).toEqual({ model: BIG, settings: { effort: 'off', votes: 1, temperature: 0.5, seed: 1 } })
    expect(found[7]).toEqual({ model: NANO, settings: { effort: 64, votes: 1, temperature: 0.5, seed: 2 } })
  })

  it('leaves out what cannot differ, and gives votes a chance to', () => {
    const found = settingsOf({ ...ONE, votes: [1, 3], temperatures: [0, 0.6], seeds: [1, 2] })
    expect(found.map(({ settings: { votes, temperature, seed } }) => [votes, temperature, seed])).toEqual([
      [1, 0, 1],
      [1, 0.6, 1],
      [1, 0.6, 2],
      [3, 0.6, 1],
      [3, 0.6, 2],
    ])
  })
})

it('counts replies, and refuses absurd series', () => {
  const seeds = Array.from({ length: 61 }, (_, at) => at)
  const many = settingsOf({ ...ONE, temperatures: [0.6], seeds })
  expect(seriesProblem(many, 1)).toBe('settings')
  expect(repliesOf(many.slice(0, 60), 500)).toBe(30_000)
  expect(seriesProblem(many.slice(0, 60), 500)).toBe('replies')
  expect(seriesProblem(many.slice(0, 40), 500)).toBeUndefined()
  expect(seriesProblem([], 500)).toBe('none')
})

it('estimates by the runs that are most alike', () => {
  const settings = settingsOf({ ...ONE, efforts: ['short', 'long'], votes: [3] })
  expect(estimateMs(settings, 10, [])).toBeUndefined()
  const short = run('b', { settings: { effort: 'short', temperature: 0, votes: 1, seed: 1 }, writtenMs: 100 })
  // 3 x 10 replies of 10 ms, and 3 x 10 of 100 ms
  expect(estimateMs(settings, 10, [run('a'), short, run('c', { model: BIG, writtenMs: 9e9 })])).toBe(3300)
  expect(estimateMs(settingsOf({ ...ONE, models: [NANO, BIG] }), 10, [run('a')])).toBeUndefined()
})

it('puts the runs of a series together', () => {
  const entries = entriesOf([run('d', { series: 's' }), run('c'), run('b', { series: 's' })])
  expect(entries.map(({ id, runs }) => [id, runs.map((one) => one.id)])).toEqual([
    ['s', ['b', 'd']],
    ['c', ['c']],
  ])
})

it.each([
  ['0, 0.6，1', false, [0, 0.6, 1]],
  [' 1 1 2 ', true, [1, 2]],
  ['', true, []],
  ['1, x', true, undefined],
  ['1.5', true, undefined],
  ['3', true, undefined],
])('reads the numbers %j', (text, whole, wanted) => {
  expect(numbersOf(text, 0, 2, whole)).toEqual(wanted)
})
