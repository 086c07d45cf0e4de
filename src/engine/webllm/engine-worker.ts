/** The engine's worker: one model, loaded once, then one reply at a time. It has no network. */
import { AppError, toAppError, type ErrorCode } from '../../shared/errors'
import type { FromWorker, ToWorker } from '../protocol'
import { watchDevice } from './device-watch'
import { generate, type GenerationModel } from './generate'
import { greedy } from './greedy'
import { loadModel } from './load'
import { forbidNetwork } from './no-network'

forbidNetwork(globalThis)
watchDevice((error) => {
  post({ type: 'lost', error: error.toRecord() })
})

let model: GenerationModel | undefined
let stopRequested = false

globalThis.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case 'load':
      void attempt('load-failed', () => load(data))
      break
    case 'generate':
      stopRequested = false
      void attempt('generation-failed', () => reply(data))
      break
    case 'greedy':
      void attempt('generation-failed', async () => {
        post({ type: 'tokens', ids: await greedy(loaded().sequence, data.request) })
      })
      break
    case 'stop':
      stopRequested = true
      break
  }
}

async function load({ model: manifest, files }: Extract<ToWorker, { type: 'load' }>): Promise<void> {
  const started = performance.now()
  model = await loadModel(manifest, new Map(files), (progress) => {
    post({ type: 'progress', progress })
  })
  post({
    type: 'loaded',
    model: { id: manifest.id, contextWindow: model.contextWindow, loadMs: performance.now() - started },
  })
}

async function reply({ request }: Extract<ToWorker, { type: 'generate' }>): Promise<void> {
  await generate(
    loaded(),
    request,
    () => stopRequested,
    (event) => {
      post({ type: 'event', event })
    },
  )
}

function loaded(): GenerationModel {
  if (!model) throw new AppError('generation-failed', 'No model is loaded.', { retry: 'later' })
  return model
}

async function attempt(code: ErrorCode, action: () => Promise<void>): Promise<void> {
  try {
    await action()
  } catch (error) {
    post({ type: 'failed', error: toAppError(error, code).toRecord() })
  }
}

function post(message: FromWorker): void {
  globalThis.postMessage(message)
}
