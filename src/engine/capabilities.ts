import type { GpuProblem } from '../models/run-plan'
import { AppError } from '../shared/errors'
import type { EngineCapabilities } from './engine'

/** The GPU problems for which the processor can step in; it cannot where a page may not even store a model. */
const REPLACEABLE: ReadonlySet<string> = new Set<GpuProblem>(['no-webgpu', 'no-adapter', 'adapter-too-small'])

/** The processor, which no page can ask about. */
export const PROCESSOR: EngineCapabilities = { f16: false, software: false, adapter: '', limits: {} }

/**
 * The capabilities of the GPU, or those of the processor and the reason why it takes the GPU's place.
 *
 * @param computesWrongly whether the self-test has found that the adapter of this name computes wrongly
 * @throws {AppError} where no engine can run
 */
export async function capabilities(
  probeGpu: () => Promise<EngineCapabilities>,
  computesWrongly: (adapter: string) => boolean,
): Promise<EngineCapabilities> {
  try {
    const found = await probeGpu()
    return computesWrongly(found.adapter) ? { ...found, gpuProblem: 'wrong-results' } : found
  } catch (error) {
    if (!(error instanceof AppError) || !REPLACEABLE.has(error.code)) throw error
    return { ...PROCESSOR, gpuProblem: error.code as GpuProblem, gpuRefusal: error }
  }
}
