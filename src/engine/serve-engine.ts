import { serve } from '../platform/rpc'
import { AppError, toAppError, type ErrorCode } from '../shared/errors'
import type { LoadProgress, PromptPart } from './engine'
import { generate, measure, type GenerationModel } from './generate'
import { greedy } from './greedy'
import type { EngineProcedures, LoadRequest } from './protocol'

type Load = (request: LoadRequest, onProgress: (progress: LoadProgress) => void) => Promise<GenerationModel>

/**
 * The worker's side of protocol.ts: one model, loaded once, then one reply at a time.
 *
 * @returns a function that tells the page that the model is gone, and fails calls in progress
 */
export function serveEngine(loadModel: Load): (error: AppError) => void {
  let model: GenerationModel | undefined
  let answerRequested = false
  let lose: (error: AppError) => void = () => undefined
  const lost = new Promise<never>((_, reject) => (lose = reject))
  // The promise may be rejected before the page has asked for it.
  lost.catch(() => undefined)

  const loaded = (): GenerationModel => {
    if (!model) throw new AppError('generation-failed', 'No model is loaded.', { retry: 'later' })
    return model
  }
  const generating = <T>(task: () => Promise<T>) => withCode('generation-failed', task)

  serve<EngineProcedures>({
    load: (request, { report }) =>
      withCode('load-failed', async () => {
        const started = performance.now()
        model = await loadModel(request, report)
        const { contextWindow } = model
        return { id: request.plan.model.id, contextWindow, loadMs: performance.now() - started }
      }),
    generate: (request, { signal, report }) => {
      answerRequested = false
      const wishes = { stop: () => signal.aborted, answerNow: () => answerRequested }
      return generating(() => generate(loaded(), request, wishes, report))
    },
    answerNow: () => {
      answerRequested = true
      return Promise.resolve()
    },
    greedy: (request) => generating(() => greedy(loaded().sequence, request)),
    score: (parts) => generating(() => score(loaded(), parts)),
    measure: ({ prompt, historyTokens }) => generating(() => measure(loaded(), prompt, historyTokens)),
    lost: () => lost,
  })
  return lose
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

/** Gives a task's error a code, if it has none. */
async function withCode<T>(code: ErrorCode, task: () => Promise<T>): Promise<T> {
  try {
    return await task()
  } catch (error) {
    throw toAppError(error, code)
  }
}
