import { expect, it } from 'vitest'
import { isLong, questionWith, readPasted, writePasted } from './pasted'

it('calls a text long beyond 2,500 characters', () => {
  expect(isLong('x'.repeat(2500))).toBe(false)
  expect(isLong('x'.repeat(2501))).toBe(true)
})

it.each<readonly [string, readonly string[], string]>([
  ['sum up', ['a\nb', 'c'], 'sum up\n\na\nb\n\nc'],
  [' \n', ['a'], 'a'],
  ['as typed ', [], 'as typed '],
  ['', ['', ' '], ''],
])('puts %j and %j into one question', (typed, pasted, question) => {
  expect(questionWith(typed, pasted)).toBe(question)
})

it.each([[[]], [['a']], [['"quoted"\n', '第二段']]])('keeps %j with a draft', (pasted) => {
  expect(readPasted(writePasted(pasted))).toEqual(pasted)
})

it.each(['', 'half a thought', '{"a":1}', '3', '["a",3'])('finds nothing in the foreign draft %j', (draft) => {
  expect(readPasted(draft)).toEqual([])
})
