import { PROCESSOR } from './capabilities'
import { probeGpu } from '../platform/gpu'
import type { EngineCapabilities, InferenceEngine } from './engine'
import type { Runtime } from './protocol'

/** The device that an engine's worker computes on. */
export interface Machine {
  readonly kind: InferenceEngine['kind']
  probe(): Promise<EngineCapabilities>
  /** The engine's own files, which the worker gets with a model of this many bytes. */
  readonly runtime?: (bytes: number) => Promise<Runtime>
}

export const GPU: Machine = { kind: 'webllm', probe: probeGpu }

/** @param runtime llama.cpp, asked for at each load */
export function processor(runtime: (bytes: number) => Promise<Runtime>): Machine {
  return {
    kind: 'wllama',
    probe: () => Promise.resolve(PROCESSOR),
    runtime,
  }
}
