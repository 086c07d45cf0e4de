import { beforeEach, describe, expect, it } from 'vitest'
import { AppError, type ErrorCode } from '../shared/errors'
import { capabilities } from './capabilities'
import type { EngineCapabilities } from './engine'

const GPU: EngineCapabilities = { f16: true, software: false, adapter: 'some gpu', limits: {} }
const cannot = (code: ErrorCode) => new AppError(code, 'x', { retry: 'never' })

let failure: AppError | undefined
let wrong: Set<string>
beforeEach(() => {
  failure = undefined
  wrong = new Set()
})

const probe = () =>
  capabilities(
    () => (failure ? Promise.reject(failure) : Promise.resolve(GPU)),
    (adapter) => wrong.has(adapter),
  )

describe('capabilities', () => {
  it.each(['no-webgpu', 'no-adapter', 'adapter-too-small'] as const)('tells of %s with its reason', async (code) => {
    expect(await probe()).toEqual(GPU)
    failure = cannot(code)
    expect(await probe()).toMatchObject({ f16: false, gpuProblem: code, gpuRefusal: failure })
    // an adapter may come back
    failure = undefined
    expect(await probe()).not.toHaveProperty('gpuProblem')
  })

  it('says what no other engine can mend', async () => {
    failure = cannot('insecure-context')
    await expect(probe()).rejects.toMatchObject({ code: 'insecure-context' })
  })

  it('does not trust a GPU that computed wrongly, but lets it be tried', async () => {
    wrong.add('some gpu')
    const found = await probe()
    expect(found).toMatchObject({ gpuProblem: 'wrong-results', adapter: 'some gpu' })
    expect(found).not.toHaveProperty('gpuRefusal')
  })
})
