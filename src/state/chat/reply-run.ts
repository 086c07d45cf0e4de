import type { Message, ReplyStats } from '../../conversations/conversations'
import type { Replies, ReplyEvent, ReplyRequest } from '../../reasoning/replies'
import { isAbort, toAppError } from '../../shared/errors'
import type { LiveReply } from './live-reply.svelte'

/** A reply that is being written is stored this often, in ms. */
const CHECKPOINT_MS = 500

/** Writes one reply, from its first token or from where it broke off. */
export class ReplyRun {
  readonly live: LiveReply
  readonly #stop = new AbortController()
  readonly #answerNow = new AbortController()

  constructor(live: LiveReply) {
    this.live = live
  }

  /** Ends the reply; the text so far is kept. */
  stop(): void {
    this.#stop.abort()
  }

  /** Closes the thought, so that the answer begins. */
  answerNow(): void {
    this.#answerNow.abort()
  }

  /**
   * Streams the reply into `live`.
   *
   * @param before the counts of the reply, if it continues
   * @param checkpoint stores the text so far
   * @returns how it ended
   */
  async write(
    replies: Replies,
    request: ReplyRequest,
    before: ReplyStats | undefined,
    options: { now: () => number; checkpoint: () => void },
  ): Promise<Partial<Message>> {
    const { now, checkpoint } = options
    const signals = { signal: this.#stop.signal, answerNow: this.#answerNow.signal }
    try {
      let stored = now()
      for await (const event of replies.write(request, signals)) {
        if (event.type === 'done') return endOf(event, before)
        if (event.type === 'begun') stored = now()
        this.#take(event)
        // A clock that is set back, say by an hour, must not keep the next hour's words from being stored.
        if (Math.abs(now() - stored) < CHECKPOINT_MS) continue
        stored = now()
        checkpoint()
      }
      return { state: 'stopped' }
    } catch (error) {
      return isAbort(error) ? { state: 'stopped' } : { state: 'error', error: toAppError(error).toRecord() }
    }
  }

  #take(event: Exclude<ReplyEvent, { type: 'done' }>): void {
    const { live } = this
    if (event.type === 'begun') live.begun(event)
    else if (event.type === 'delta') live.push(event.text, event.ids)
    else if (event.type === 'closed') live.closed = event.reason
    else if (event.type === 'recovering') live.recovery = event.step
    else if (event.type === 'waiting') live.before = event.before
    else live.looping = event.looping
  }
}

function endOf(
  { reason, usage }: Extract<ReplyEvent, { type: 'done' }>,
  before: ReplyStats | undefined,
): Partial<Message> {
  return {
    state: reason === 'stop' ? 'done' : 'stopped',
    stats: statsOf(usage, before),
    ...(reason === 'length' && { atLimit: true }),
    ...(reason === 'longest' && { atLongest: true }),
  }
}

/**
 * Copies each field, so that a change of the engine's counts does not change the stored ones. For a reply that was
 * continued, tokens and time are sums over all its runs.
 */
function statsOf(usage: ReplyStats, before: ReplyStats | undefined): ReplyStats {
  const { promptTokens, prefilledTokens, newTokens, prefillMs, decodeMs, droppedTurns } = usage
  return {
    promptTokens,
    prefilledTokens,
    newTokens: newTokens + (before?.newTokens ?? 0),
    prefillMs: prefillMs + (before?.prefillMs ?? 0),
    decodeMs: decodeMs + (before?.decodeMs ?? 0),
    droppedTurns,
  }
}
