import { beforeEach, expect, it } from 'vitest'
import { SettingsStore } from '../../platform/settings-store'
import { ThreadChoice } from './thread-choice'

const GIGABYTE = 1e9
let store: SettingsStore
const open = (processors = 8) => new ThreadChoice(store, () => ({ isolated: true, processors }))
beforeEach(() => {
  store = new SettingsStore()
})

it('takes the cores until something is measured', () => {
  expect(open().forModel(GIGABYTE)).toBe(4)
  expect(open(1).forModel(GIGABYTE)).toBe(1)
})

it('stays with several threads that are fast', () => {
  const choice = open()
  choice.forModel(GIGABYTE)
  choice.measured(100, 50_000)
  expect(open().forModel(GIGABYTE)).toBe(4)
})

it('tries one where several are slow, and keeps what is faster', () => {
  const choice = open()
  choice.forModel(GIGABYTE)
  choice.measured(100, 400_000)
  expect(choice.forModel(GIGABYTE)).toBe(1)
  choice.measured(100, 150_000)
  expect(open().forModel(GIGABYTE)).toBe(1)
  choice.measured(100, 900_000)
  choice.measured(100, 900_000)
  expect(open().forModel(GIGABYTE)).toBe(4)
})

it('learns nothing from a few tokens, from no model, or from what it cannot read', () => {
  const choice = open()
  choice.measured(100, 900_000)
  choice.forModel(GIGABYTE)
  choice.measured(3, 900_000)
  store.set('thread-rates', '{"4":"fast"}')
  expect(choice.forModel(GIGABYTE)).toBe(4)
})
