import type { Usage } from '../engine/engine'
import type { EndReason } from '../engine/step-policy'
import type { Turn } from './prompt'

/** A reply, piece by piece. */
export type ReplyEvent =
  /** Before the first piece. `opensThought`: the prompt did not open the thought, so the text has to. */
  | { readonly type: 'begun'; readonly opensThought: boolean }
  | { readonly type: 'delta'; readonly text: string; readonly tokens: number }
  | { readonly type: 'done'; readonly reason: EndReason; readonly usage: Usage }

/** Turns in, events out: whatever writes replies. A chat knows neither prompts nor engines. */
export interface Replies {
  /** The model that writes the next reply. */
  readonly modelId: string
  /**
   * Streams the reply to the last question. Aborting ends it with `done` and reason `abort`, or, as long as no reply has begun,
   * with the signal's reason.
   *
   * @param turns from the conversation's root to a question
   * @throws {AppError} as loading a model and `InferenceEngine.generate` do
   */
  write(turns: readonly Turn[], signal: AbortSignal): AsyncIterable<ReplyEvent>
}
