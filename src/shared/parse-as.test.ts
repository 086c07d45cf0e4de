import * as v from 'valibot'
import { expect, it } from 'vitest'
import { invalid, parseAs } from './parse-as'

const schema = v.object({ list: v.array(v.object({ name: v.string() })) })
const refuse = invalid('The list', 'list.json')

it('gives what fits the schema', () => {
  expect(parseAs(schema, { list: [{ name: 'a' }], more: 1 }, refuse)).toEqual({ list: [{ name: 'a' }] })
})

it.each([
  [{ list: [{ name: 'a' }, { name: 3 }] }, 'list.1.name'],
  [{}, 'list'],
  [null, 'list.json'],
])('refuses %j and names the field', (data, field) => {
  expect(() => parseAs(schema, data, refuse)).toThrow(
    expect.objectContaining({
      code: 'manifest-invalid',
      retry: 'later',
      details: expect.objectContaining({ field }) as object,
    }),
  )
})
