import type { ReplyOrigin } from '../conversations/conversations'
import type { PromptSize, TokenOdds, Usage } from '../engine/engine'
import type { EndReason } from '../engine/step-policy'
import type { ClosingReason } from '../engine/thought'
import type { FallbackStep } from '../models/fallback'
import type { ReplySettings } from '../shared/reply-settings'
import type { StoredTokens } from '../shared/token-ids'
import type { Turn } from './prompt'

/** The existing part of a reply. */
export interface BegunReply {
  readonly text: string
  /** Set when the prompt did not open the thought. */
  readonly opensThought?: true
  /** Set when the prompt brought an empty thought. */
  readonly withoutThought?: true
  /** Absent if only the text is known. */
  readonly tokens?: StoredTokens
}

export interface ReplyRequest {
  /** From the conversation's root to a question. */
  readonly turns: readonly Turn[]
  readonly settings: ReplySettings
  /** Replaces the turns before these. */
  readonly summary?: string
  /** The reply to continue. */
  readonly begun?: BegunReply
  /** Set where nobody waits for the reply: it gives way to all others, and goes on behind them. */
  readonly background?: true
}

/** What is done about a model that has failed: it is loaded again, or loaded with a smaller context, or on the processor. */
export type RecoveryStep = 'again' | FallbackStep

/** Writes a stored reply again, token by token. */
export interface Replays {
  /**
   * How likely the chosen model finds each token of a reply to the last question. Nothing comes where the tokens are another
   * tokenizer's.
   *
   * @throws {AppError} as `Replies.write` does; the signal's reason when it is aborted
   */
  replay(
    request: Pick<ReplyRequest, 'turns' | 'settings'>,
    tokens: StoredTokens,
    signal: AbortSignal,
  ): AsyncIterable<TokenOdds>
}

/** A reply, piece by piece. */
export type ReplyEvent =
  /** Other requests, perhaps of other tabs, come first: so many, until they are 0. */
  | { readonly type: 'waiting'; readonly before: number }
  /** Before the first piece, and again where another engine goes on. */
  | {
      readonly type: 'begun'
      readonly origin: ReplyOrigin
      /** Whether the prompt did not open the thought, so that the text has to. */
      readonly opensThought: boolean
      /** Whether the prompt brought an empty thought. */
      readonly withoutThought: boolean
      /** The existing text of the reply, and its tokens. */
      readonly text: string
      readonly ids: readonly number[]
      /** The tokenizer of the ids, as in StoredTokens. */
      readonly tokenizer: string
    }
  | { readonly type: 'delta'; readonly text: string; readonly ids: readonly number[] }
  /** The thought was closed for the model, with this many tokens. */
  | { readonly type: 'closed'; readonly reason: ClosingReason; readonly tokens: number }
  | { readonly type: 'looping'; readonly looping: boolean }
  /** The model has failed, and the reply goes on from its last token. */
  | { readonly type: 'recovering'; readonly step: RecoveryStep }
  | { readonly type: 'done'; readonly reason: EndReason; readonly usage: Usage }

/** Writes replies: turns and settings go in, events come out. A chat knows neither prompts nor engines. */
export interface Replies {
  /** The model that writes the next reply. */
  readonly modelId: string
  /** The sampling of a reply without settings; undefined while no model is loaded. */
  readonly sampling: { readonly temperature: number; readonly topP: number } | undefined
  /**
   * Streams the reply to the last question. Aborting `signal` ends it with `done` and reason `abort`, or, as long as no reply
   * has begun, with the signal's reason. Aborting `answerNow` closes the thought.
   *
   * @throws {AppError} as loading a model and `InferenceEngine.generate` do
   */
  write(request: ReplyRequest, wishes: { signal: AbortSignal; answerNow: AbortSignal }): AsyncIterable<ReplyEvent>
  /** The size of the prompt that would be sent; undefined while no model is loaded. */
  measure(request: Omit<ReplyRequest, 'begun'>): Promise<PromptSize | undefined>
}
