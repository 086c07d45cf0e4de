import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import engineWorkerUrl from '../../engine/webllm/engine-worker?worker&url'
import { WorkerEngine } from '../../engine/worker-engine'
import type { ModelManifest } from '../../models/manifest'
import { parseManifest } from '../../models/manifest-schema'
import { gpuPlan, withArtifacts } from '../../models/plan.fixture'
import type { RunPlan } from '../../models/run-plan'
import { fetchJson } from '../../platform/fetch-json'
import { SettingsStore } from '../../platform/settings-store'
import { sha256 } from '../../platform/sha256'
import { expectedRange, requirePlausible } from './plausibility'

const FOLDER = new URL('/models/nano/', location.href).href
const DEVICE = { adapter: 'an adapter', browserVersion: '1' }
const { signal } = new AbortController()

let manifest: ModelManifest
beforeAll(async () => {
  manifest = parseManifest(await fetchJson(`${FOLDER}manifest.json`))
})
afterEach(() => {
  localStorage.clear()
})

/** Nano in a worker of its own; `change` may write other weights, under their new hashes. */
async function load(change: (bytes: Uint8Array<ArrayBuffer>) => void = () => undefined) {
  const files = await Promise.all(
    gpuPlan(manifest).build.artifacts.map(async (artifact) => {
      const bytes = new Uint8Array(await (await fetch(FOLDER + artifact.path)).arrayBuffer())
      if (artifact.role === 'shard') change(bytes)
      return { artifact: { ...artifact, sha256: await sha256(bytes.buffer) }, blob: new Blob([bytes]) }
    }),
  )
  const artifacts = files.map(({ artifact }) => artifact)
  const plan = gpuPlan(withArtifacts(manifest, artifacts))
  const engine = new WorkerEngine(() => new Worker(engineWorkerUrl, { type: 'module' }))
  const read = ({ path }: { path: string }) =>
    Promise.resolve(files.find(({ artifact }) => artifact.path === path)?.blob ?? new Blob())
  await engine.load(plan, read, { signal, onProgress: () => undefined })
  const asked = vi.spyOn(engine, 'meanLogProbability')
  const require = (range: [number, number], changed: Partial<typeof DEVICE> = {}, of: RunPlan = plan) =>
    requirePlausible(of, range, { engine, settings: new SettingsStore(), device: { ...DEVICE, ...changed }, signal })
  return { artifacts, plan, engine, asked, require }
}

describe('expectedRange', () => {
  const sized = (bytes: number) => {
    const { build } = gpuPlan(manifest)
    return { ...build, artifacts: build.artifacts.map((one, index) => ({ ...one, bytes: index === 0 ? bytes : 1 })) }
  }

  it('expects of a large model what gibberish cannot reach, and of a small one nothing', () => {
    expect(expectedRange(sized(90e6))).toEqual([-8, 0])
    expect(expectedRange(sized(4e6))).toBeUndefined()
  })

  it('expects what the catalogue says', () => {
    expect(expectedRange(sized(4e6), { meanLogProbability: [-6, 0] })).toEqual([-6, 0])
  })
})

describe('requirePlausible', () => {
  describe('with the shipped model', () => {
    let nano: Awaited<ReturnType<typeof load>>
    /** What a device that computes correctly finds. */
    let mean: number
    beforeAll(async () => {
      nano = await load()
      const { require, asked } = nano
      await require([-50, -0.5])
      mean = (await asked.mock.results[0]?.value) as number
      // WebGPU on a processor takes seconds for the text, and finds the same every time.
      asked.mockClear().mockResolvedValue(mean)
      localStorage.clear()
    }, 120_000)
    afterEach(() => {
      nano.asked.mockClear()
    })
    afterAll(() => {
      nano.engine.unload()
    })

    it('measures once for each adapter, browser, kernels and weights', async () => {
      const { artifacts, plan, asked, require } = nano
      await require([-50, -0.5])
      expect(asked).toHaveBeenCalledOnce()
      expect(mean).toBeLessThan(-0.5)
      await require([mean - 0.01, mean + 0.01])
      expect(asked).toHaveBeenCalledOnce()

      for (const change of [{ adapter: 'another' }, { browserVersion: '2' }]) await require([-50, -0.5], change)
      const others = artifacts.map((one) => (one.role === 'shard' ? { ...one, sha256: 'a'.repeat(64) } : one))
      await require([-50, -0.5], {}, gpuPlan(withArtifacts(plan.model, others)))
      expect(asked).toHaveBeenCalledTimes(4)
    })

    it('refuses what lies outside the range, each time', async () => {
      const { asked, require } = nano
      for (let attempt = 0; attempt < 2; attempt++)
        await expect(require([-0.4, 0])).rejects.toMatchObject({
          code: 'computes-wrongly',
          details: { model: manifest.name, expected: '-0.4 to 0' },
        })
      expect(asked).toHaveBeenCalledTimes(2)
      // The other end of the range, too.
      await expect(require([-100, -50])).rejects.toMatchObject({ code: 'computes-wrongly' })
    })
  })

  it('refuses a model whose numbers are none', { timeout: 120_000 }, async () => {
    const { engine, require } = await load((bytes) => bytes.fill(0xff))
    await expect(require([-100, 0])).rejects.toMatchObject({ details: { meanLogProbability: 'NaN' } })
    engine.unload()
  })
})
