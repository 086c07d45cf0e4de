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
  /** The longest silence of a worker that loads a model of this many bytes, in ms; a longer one means that it hangs. */
  readonly loadLimit: (bytes: number) => number
}

/** Compiling shaders takes some drivers a minute, whatever the size of the model, and nothing is reported meanwhile. */
export const GPU: Machine = { kind: 'webllm', probe: probeGpu, loadLimit: () => 300_000 }

/** To start the worker and to compile llama.cpp, which takes a second or two, in ms. */
const START_LIMIT = 30_000
/** What a slow phone reads from its storage; llama.cpp reports nothing while it reads a file. */
const BYTES_PER_MS = 4000

/** @param runtime llama.cpp, asked for at each load */
export function processor(runtime: (bytes: number) => Promise<Runtime>): Machine {
  return {
    kind: 'wllama',
    probe: () => Promise.resolve(PROCESSOR),
    runtime,
    loadLimit: (bytes) => START_LIMIT + bytes / BYTES_PER_MS,
  }
}
