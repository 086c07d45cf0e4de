import { expect, it } from 'vitest'
import { threadsFor } from './threads'

const GIGABYTE = 1024 ** 3

it.each([
  ['a small model', 1e6, true, 16, 1],
  ['a page that may not share memory', GIGABYTE, false, 16, 1],
  ['one processor', GIGABYTE, true, 1, 1],
  ['two processors', GIGABYTE, true, 2, 2],
  ['eight of them, four cores', GIGABYTE, true, 8, 4],
  ['very many', GIGABYTE, true, 64, 8],
])('%s: %d bytes, isolated %s, %d processors give %d threads', (_name, bytes, isolated, processors, threads) => {
  expect(threadsFor(bytes, { isolated, processors })).toBe(threads)
})
