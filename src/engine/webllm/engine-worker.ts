/** WebLLM's worker. It has no network. */
import { keepLedger } from '../../platform/keep-ledger'
import { forbidNetwork } from '../no-network'
import { serveEngine } from '../serve-engine'
import { allowFewStorageBuffers } from './adapter-limits'
import { watchDevice } from './device-watch'
import { loadModel, type UnpackGguf } from './load'

/** Fetched with the first model that is a GGUF file. */
const unpack: UnpackGguf = async (...given) =>
  await (await import('../../gguf/webgpu/model-files')).modelFiles(...given)

keepLedger('page')
forbidNetwork(globalThis)
allowFewStorageBuffers()
watchDevice(serveEngine(({ plan, files }, onProgress) => loadModel(plan, new Map(files), onProgress, unpack)))
