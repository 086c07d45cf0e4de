import { EngineChoice } from '../engine/engine-choice'
import { processor } from '../engine/machine'
import { EngineHost } from '../engine/shared/engine-host'
import engineWorkerUrl from '../engine/webllm/engine-worker?worker&url'
import cpuWorkerUrl from '../engine/wllama/cpu-worker?worker&url'
import { WorkerEngine } from '../engine/worker-engine'
import { serve } from '../platform/rpc'
import { startWorker } from '../platform/start-worker'
import { TabLeader } from '../platform/tab-leader'
import type { ThreadChoice } from '../state/models/thread-choice'
import { runtimeFor } from './needed'

/** The engine for the GPU, in a worker of its own. */
export const gpuEngine = (): WorkerEngine => new WorkerEngine(() => startWorker(engineWorkerUrl, 'engine'))

/** Finds the tab that has the engine, or makes it this tab. */
export function engineLeader(threads: () => Promise<ThreadChoice>): TabLeader {
  let host: EngineHost | undefined
  return new TabLeader('thinktab-engine', (scope, gone) => {
    host ??= new EngineHost(new EngineChoice(gpuEngine(), processorEngine(threads)))
    serve(host.connect(gone), scope)
  })
}

/** llama.cpp in a worker. Nothing of it is fetched before it loads a model; then the page keeps it for offline use. */
function processorEngine(choice: () => Promise<ThreadChoice>): WorkerEngine {
  const start = () => startWorker(cpuWorkerUrl, 'cpu-engine')
  return new WorkerEngine(start, processor(runtimeFor(cpuWorkerUrl, choice)))
}
