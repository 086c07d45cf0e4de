/**
 * The worker for machines without WebGPU: llama.cpp on the processor. Neither it nor the workers that it starts have a
 * network.
 */
import { forbidNetwork } from '../no-network'
import { serveEngine } from '../serve-engine'
import { loadModel } from './load'
import { sealScripts } from './sealed-scripts'

sealScripts(globalThis)
forbidNetwork(globalThis)
const reportLost = serveEngine((request) => loadModel(request, (error) => reportLost(error)))
