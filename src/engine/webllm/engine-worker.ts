/** WebLLM's worker. It has no network. */
import { forbidNetwork } from '../no-network'
import { serveEngine } from '../serve-engine'
import { allowFewStorageBuffers } from './adapter-limits'
import { watchDevice } from './device-watch'
import { loadModel } from './load'

forbidNetwork(globalThis)
allowFewStorageBuffers()
watchDevice(serveEngine(({ plan, files }, onProgress) => loadModel(plan, new Map(files), onProgress)))
