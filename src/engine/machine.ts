import { probeGpu } from '../platform/gpu'
import type { EngineCapabilities, InferenceEngine } from './engine'

/** What an engine's worker computes on. */
export interface Machine {
  readonly kind: InferenceEngine['kind']
  probe(): Promise<EngineCapabilities>
  /** WebAssembly that the worker is handed with each model. */
  readonly runtime?: () => Promise<Blob>
}

export const GPU: Machine = { kind: 'webllm', probe: probeGpu }

/** @param runtime llama.cpp as WebAssembly, asked for at each load */
export function processor(runtime: () => Promise<Blob>): Machine {
  return {
    kind: 'wllama',
    probe: () => Promise.resolve({ f16: false, software: false, adapter: '', limits: {} }),
    runtime,
  }
}
