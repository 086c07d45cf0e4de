import { AppError, toAppError, type ErrorCode } from '../shared/errors'
import type { LoadProgress, PromptPart } from './engine'
import { generate, measure, type GenerationModel } from './generate'
import { greedy } from './greedy'
import type { FromWorker, LoadMessage, ToWorker } from './protocol'

type Load = (message: LoadMessage, onProgress: (progress: LoadProgress) => void) => Promise<GenerationModel>

/** The worker's side of protocol.ts: one model, loaded once, then one reply at a time. */
export function serveEngine(loadModel: Load): void {
  let model: GenerationModel | undefined
  let stopRequested = false
  let answerRequested = false

  const loaded = (): GenerationModel => {
    if (!model) throw new AppError('generation-failed', 'No model is loaded.', { retry: 'later' })
    return model
  }

  const load = async (message: LoadMessage) => {
    const started = performance.now()
    model = await loadModel(message, (progress) => {
      post({ type: 'progress', progress })
    })
    const loadMs = performance.now() - started
    post({ type: 'loaded', model: { id: message.plan.model.id, contextWindow: model.contextWindow, loadMs } })
  }

  const reply = ({ request }: Extract<ToWorker, { type: 'generate' }>) =>
    generate(loaded(), request, { stop: () => stopRequested, answerNow: () => answerRequested }, (event) => {
      post({ type: 'event', event })
    })

  const size = async ({ id, prompt, historyTokens }: Extract<ToWorker, { type: 'measure' }>) => {
    try {
      post({ type: 'measured', id, size: await measure(loaded(), prompt, historyTokens) })
    } catch (error) {
      post({ type: 'not-measured', id, error: toAppError(error, 'generation-failed').toRecord() })
    }
  }

  globalThis.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    switch (data.type) {
      case 'load':
        void attempt('load-failed', () => load(data))
        break
      case 'generate':
        stopRequested = false
        answerRequested = false
        void attempt('generation-failed', () => reply(data))
        break
      case 'greedy':
        void attempt('generation-failed', async () => {
          post({ type: 'tokens', ids: await greedy(loaded().sequence, data.request) })
        })
        break
      case 'score':
        void attempt('generation-failed', async () => {
          post({ type: 'scored', meanLogProbability: await score(loaded(), data.parts) })
        })
        break
      case 'stop':
        stopRequested = true
        break
      case 'answer-now':
        answerRequested = true
        break
      case 'measure':
        void size(data)
        break
    }
  }
}

async function score(
  { encoder, score: logProbabilities }: GenerationModel,
  parts: readonly PromptPart[],
): Promise<number> {
  const ids = await encoder.parts(parts)
  const found = await logProbabilities?.(ids)
  if (!found || found.length === 0)
    throw new AppError('generation-failed', 'This engine cannot tell how probable a text is.', { retry: 'never' })
  return found.reduce((total, one) => total + one, 0) / found.length
}

/** Tells the page that the model is gone, with whatever was in progress. */
export function reportLost(error: AppError): void {
  post({ type: 'lost', error: error.toRecord() })
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
