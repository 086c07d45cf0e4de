import { expect, it } from 'vitest'
import { AppError } from '../../shared/errors'
import { StorageHealth } from './storage-health.svelte'

const READ = new AppError('storage-unavailable', 'read', { retry: 'later' })
const WRITE = new AppError('storage-full', 'write', { retry: 'later' })

/** The steps, and the problem reported after them. */
type Case = readonly [steps: string, problem: AppError | undefined]

const CASES: readonly Case[] = [
  ['', undefined],
  ['read fails', READ],
  ['write fails', WRITE],
  ['read fails, read', undefined],
  ['read fails, write', undefined],
  ['write fails, write', undefined],
  ['write fails, read', WRITE],
  ['write fails, read fails, read', READ],
  ['write fails, read fails, write', undefined],
  ['read fails, write fails, read', WRITE],
]

it.each(CASES)('after "%s" the problem is %s', async (steps, problem) => {
  const health = new StorageHealth()
  for (const step of steps.split(', ').filter(Boolean)) {
    const kind = step.startsWith('read') ? 'read' : 'write'
    const result = await health.attempt(kind, () =>
      step.endsWith('fails') ? Promise.reject(kind === 'read' ? READ : WRITE) : Promise.resolve(1),
    )
    expect(result).toBe(step.endsWith('fails') ? undefined : 1)
  }
  expect(health.problem).toBe(problem)
})

it('wraps what is thrown at once', async () => {
  const health = new StorageHealth()
  await health.attempt('read', () => {
    throw new TypeError('no indexedDB')
  })
  expect(health.problem).toMatchObject({ code: 'unexpected', message: 'no indexedDB' })
})
