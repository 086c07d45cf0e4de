import { afterEach, expect, it, vi } from 'vitest'
import { parseManifest } from '../../models/manifest-schema'
import { gpuPlan } from '../../models/plan.fixture'
import { allowFewStorageBuffers } from './adapter-limits'
import { loadModel } from './load'

const FOLDER = '/models/nano/'

/** Lets adapters have so many storage buffers; those that are asked of them are noted. */
function limitStorageBuffers(most: number): (number | undefined)[] {
  const asked: (number | undefined)[] = []
  const limits = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, 'limits')
  vi.spyOn(GPUAdapter.prototype, 'limits', 'get').mockImplementation(function (this: GPUAdapter) {
    const real = limits?.get?.call(this) as GPUSupportedLimits
    const get = (_: object, name: string) =>
      name === 'maxStorageBuffersPerShaderStage' ? most : real[name as keyof GPUSupportedLimits]
    return new Proxy({}, { get }) as GPUSupportedLimits
  })
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the adapter as `this` below
  const open = GPUAdapter.prototype.requestDevice
  vi.spyOn(GPUAdapter.prototype, 'requestDevice').mockImplementation(function (this: GPUAdapter, descriptor) {
    const wanted = descriptor?.requiredLimits?.['maxStorageBuffersPerShaderStage']
    asked.push(wanted)
    if ((wanted ?? 0) > most) return Promise.reject(new DOMException('too many storage buffers', 'OperationError'))
    return open.call(this, descriptor)
  })
  return asked
}

async function firstToken(): Promise<number> {
  const plan = gpuPlan(parseManifest(await (await fetch(`${FOLDER}manifest.json`)).json()))
  const bytes = async (path: string) => [path, await (await fetch(FOLDER + path)).blob()] as const
  const files = new Map(await Promise.all(plan.build.artifacts.map(({ path }) => bytes(path))))
  const { sequence } = await loadModel(plan, files, () => undefined)
  return (await sequence.replace([1037, 1038, 60, 61, 1039], { temperature: 0, topP: 1 })).token
}

afterEach(() => {
  vi.restoreAllMocks()
})

it('runs a model on an adapter with fewer storage buffers than WebLLM asks for', { timeout: 120_000 }, async () => {
  const enough = limitStorageBuffers(10)
  const expected = await firstToken()
  expect(enough).toEqual([10])
  vi.restoreAllMocks()

  const asked = limitStorageBuffers(8)
  await expect(firstToken()).rejects.toThrow('maxStorageBuffersPerShaderStage')
  allowFewStorageBuffers()
  expect(await firstToken()).toBe(expected)
  expect(asked).toEqual([8])
})
