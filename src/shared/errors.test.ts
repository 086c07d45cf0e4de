import { expect, it } from 'vitest'
import { AppError, toAppError } from './errors'

it('carries code, sentence, retry, cause and details', () => {
  const cause = new Error('socket closed')
  const error = new AppError('unexpected', 'The shard 3 did not arrive.', {
    retry: 'now',
    cause,
    details: { shard: 3 },
  })
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: 'AppError', code: 'unexpected', retry: 'now', cause, details: { shard: 3 } })
  expect(error.message).toBe('The shard 3 did not arrive.')
})

it('has no cause where none was given', () => {
  expect('cause' in new AppError('unexpected', 'x', { retry: 'never' })).toBe(false)
})

it('leaves an AppError as it is and wraps everything else', () => {
  const error = new AppError('unexpected', 'x', { retry: 'never' })
  expect(toAppError(error)).toBe(error)

  const thrown = new TypeError('no such method')
  expect(toAppError(thrown)).toMatchObject({ code: 'unexpected', message: 'no such method', cause: thrown })
  expect(toAppError('stopped')).toMatchObject({ code: 'unexpected', message: 'stopped', cause: 'stopped' })
})
