import { expect, it } from 'vitest'
import { isLong, questionWith } from './pasted'

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
