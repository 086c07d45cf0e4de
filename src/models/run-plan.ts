import type { AppError } from '../shared/errors'
import { buildFor, type Build, type ModelManifest } from './manifest'

/** The reason why models cannot use the GPU; `wrong-results`: the self-test found that it computes wrongly. */
export type GpuProblem = 'no-webgpu' | 'no-adapter' | 'adapter-too-small' | 'wrong-results'

/** The reason why a model runs on its engine. */
export type RunReason =
  /** The device has a GPU for it. */
  | 'gpu'
  | GpuProblem
  /** WebGPU is played by the processor here, which is several times slower than llama.cpp on the processor. */
  | 'software'
  /** The GPU has failed again and again while the model wrote a reply. */
  | 'device-lost'
  /** A person chose it. */
  | 'chosen'
  /** The model has no other build that runs here. */
  | 'only-build'

/** One way to run a model here: this build, on its engine, for this reason. */
export interface RunPlan {
  readonly model: ModelManifest
  readonly build: Build
  readonly reason: RunReason
}

/** The facts about a device that decide. */
export interface RunFacts {
  readonly gpuProblem?: GpuProblem
  /** The error that an attempt to use the GPU ends in; absent if the GPU can be used. */
  readonly gpuRefusal?: AppError
  /** Whether the adapter is the processor playing GPU. */
  readonly software: boolean
}

/**
 * How a model runs on a device.
 *
 * @param wish the engine that a person chose for this model; it counts if the model can run on it
 * @throws {AppError} `gpuRefusal`, if the model has no build that runs here
 */
export function runPlan(model: ModelManifest, device: RunFacts, wish?: Build['engine']): RunPlan {
  const gpu = device.gpuRefusal ? undefined : buildFor(model, 'webgpu')
  const processor = buildFor(model, 'processor')
  if (gpu && processor && wish) return { model, build: wish === 'webgpu' ? gpu : processor, reason: 'chosen' }
  if (processor && device.gpuProblem) return { model, build: processor, reason: device.gpuProblem }
  if (processor && gpu && device.software) return { model, build: processor, reason: 'software' }
  if (gpu) return { model, build: gpu, reason: device.gpuProblem || device.software ? 'only-build' : 'gpu' }
  if (processor) return { model, build: processor, reason: 'only-build' }
  throw device.gpuRefusal ?? new RangeError('A model has at least one build.')
}
