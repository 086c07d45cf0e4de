import { describe, expect, it } from 'vitest'
import { AppError } from '../shared/errors'
import type { Build, ModelManifest } from './manifest'
import { runPlan, type RunFacts } from './run-plan'

const WEBGPU: Build = {
  engine: 'webgpu',
  quantization: 'q4f32_1',
  library: { profile: 'gpu' },
  requires: { features: [], limits: {} },
  artifacts: [],
}
const PROCESSOR: Build = { engine: 'processor', artifacts: [] }
const model = (...builds: Build[]) => ({ id: 'm', builds }) as unknown as ModelManifest
const BOTH = model(WEBGPU, PROCESSOR)

const refusal = new AppError('no-adapter', 'No adapter.', { retry: 'never' })
const GPU: RunFacts = { software: false }
const SOFTWARE: RunFacts = { software: true }
const NONE: RunFacts = { software: false, gpuProblem: 'no-adapter', gpuRefusal: refusal }
const WRONG: RunFacts = { software: false, gpuProblem: 'wrong-results' }

describe('how a model runs', () => {
  it.each([
    ['on a GPU', BOTH, GPU, undefined, 'webgpu', 'gpu'],
    ['on a processor that plays GPU', BOTH, SOFTWARE, undefined, 'processor', 'software'],
    ['without a GPU', BOTH, NONE, undefined, 'processor', 'no-adapter'],
    ['on a GPU that computes wrongly', BOTH, WRONG, undefined, 'processor', 'wrong-results'],
    ['as somebody chose', BOTH, GPU, 'processor', 'processor', 'chosen'],
    ['as somebody chose, on a processor that plays GPU', BOTH, SOFTWARE, 'webgpu', 'webgpu', 'chosen'],
    ['as it can, where the choice cannot be had', BOTH, NONE, 'webgpu', 'processor', 'no-adapter'],
    ['in its only build', model(WEBGPU), SOFTWARE, undefined, 'webgpu', 'only-build'],
    ['in its only build, though the GPU computes wrongly', model(WEBGPU), WRONG, undefined, 'webgpu', 'only-build'],
    ['in its only build, whatever was chosen', model(PROCESSOR), GPU, 'webgpu', 'processor', 'only-build'],
  ] as const)('%s', (_name, manifest, device, wish, engine, reason) => {
    const plan = runPlan(manifest, device, wish)
    expect([plan.build.engine, plan.reason]).toEqual([engine, reason])
  })

  it('is refused where its only build needs a GPU', () => {
    expect(() => runPlan(model(WEBGPU), NONE)).toThrow(refusal)
  })
})
