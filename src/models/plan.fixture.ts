import { buildFor, type ModelManifest, type ProcessorBuild, type WebGpuBuild } from './manifest'
import type { RunPlan } from './run-plan'

/** A model as WebGPU runs it. */
export function gpuPlan(model: ModelManifest): RunPlan & { readonly build: WebGpuBuild } {
  const build = buildFor(model, 'webgpu')
  if (!build) throw new Error(`${model.id} has no build for WebGPU.`)
  return { model, build, reason: 'gpu' }
}

/** A model as the processor runs it. */
export function processorPlan(model: ModelManifest): RunPlan & { readonly build: ProcessorBuild } {
  const build = buildFor(model, 'processor')
  if (!build) throw new Error(`${model.id} has no build for the processor.`)
  return { model, build, reason: 'chosen' }
}

/** A model with other artifacts for WebGPU. */
export function withArtifacts(model: ModelManifest, artifacts: WebGpuBuild['artifacts']): ModelManifest {
  const { build } = gpuPlan(model)
  return { ...model, builds: model.builds.map((one) => (one === build ? { ...build, artifacts } : one)) }
}
