import { afterAll, beforeAll, describe } from 'vitest'
import { parseManifest } from '../../models/manifest-schema'
import { gpuPlan } from '../../models/plan.fixture'
import { samplingContract, steeringContract } from '../steering.fixture'
import { WorkerEngine } from '../worker-engine'
import engineWorkerUrl from './engine-worker?worker&url'

const FOLDER = '/models/nano/'

describe('WebLLM on WebGPU', () => {
  const engine = new WorkerEngine(() => new Worker(engineWorkerUrl, { type: 'module' }))
  beforeAll(async () => {
    const model = parseManifest(await (await fetch(`${FOLDER}manifest.json`)).json())
    const source = async ({ path }: { path: string }) => (await fetch(FOLDER + path)).blob()
    await engine.load(gpuPlan(model), source, { signal: new AbortController().signal, onProgress: () => undefined })
  }, 60_000)
  afterAll(() => {
    engine.unload()
  })

  steeringContract(() => ({ engine }))
  samplingContract(() => ({ engine }))
})
