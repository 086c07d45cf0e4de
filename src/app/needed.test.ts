import { describe, expect, it } from 'vitest'
import { AppError } from '../shared/errors'
import { needed, runtimeFor } from './needed'

describe('llama.cpp for the processor', () => {
  const load = () =>
    Promise.resolve({
      processorRuntime: (worker: string, threads: number) => Promise.resolve({ worker, threads } as never),
    })
  const choice = () => Promise.resolve({ forModel: (bytes: number) => bytes / 100 })
  const gone = new TypeError('Failed to fetch dynamically imported module')

  it('gets the threads that were chosen for the model', async () => {
    await expect(runtimeFor('w.js', choice, load)(400)).resolves.toEqual({ worker: 'w.js', threads: 4 })
  })

  it('is a missing script where the script does not come', async () => {
    await expect(runtimeFor('w.js', choice, () => Promise.reject(gone))(1)).rejects.toMatchObject({
      code: 'script-missing',
    })
  })

  it('is no missing script where the threads cannot be chosen', async () => {
    const failure = new RangeError('no facts')
    await expect(runtimeFor('w.js', () => Promise.reject(failure), load)(1)).rejects.toBe(failure)
    const throwing = {
      forModel: () => {
        throw failure
      },
    }
    await expect(runtimeFor('w.js', () => Promise.resolve(throwing), load)(1)).rejects.toBe(failure)
  })

  it('says what failed where that is known', async () => {
    const known = new AppError('storage-full', 'no room', { retry: 'later' })
    await expect(needed(Promise.reject(known))).rejects.toBe(known)
  })
})
