import type { Decision, StepPolicy } from './step-policy'

/** Why a thought was closed before the model did it. `ended`: the model wanted to end its reply without an answer. */
export type ClosingReason = 'asked' | 'budget' | 'context' | 'loop' | 'ended'

/** Counts the tokens of a reply's thought and answer. */
export class ThoughtTracker {
  /** Tokens of the thought, without its tags. */
  thoughtTokens = 0
  /** Tokens outside of the thought. */
  answerTokens = 0
  /** Whether the thought goes on. */
  isOpen: boolean
  #begun: boolean
  readonly #openId: number
  readonly #closeId: number

  /** @param isOpen whether the prompt has opened a thought */
  constructor(openId: number, closeId: number, isOpen: boolean) {
    this.#openId = openId
    this.#closeId = closeId
    this.isOpen = isOpen
    this.#begun = isOpen
  }

  /** @param text what the token adds to the reply's text */
  push(token: number, text: string): void {
    if (this.isOpen) {
      if (token === this.#closeId) this.isOpen = false
      else if (token !== this.#openId) this.thoughtTokens += 1
    } else if (token === this.#openId && !this.#begun) {
      this.isOpen = true
      this.#begun = true
    } else {
      this.answerTokens += 1
      // Blank lines may come before a thought. Behind any other text the tag is text.
      if (text.trim() !== '') this.#begun = true
    }
  }
}

export interface ClosingRules {
  /** Whether somebody has asked for the answer. */
  readonly asked: () => boolean
  /** Most tokens of a thought. */
  readonly budget: number
  /** Most tokens of the reply up to the closing, so that the context window has room for an answer. */
  readonly room: number
  /** Tokens of a loop, while the thought is in one, and how many are allowed. */
  readonly loopTokens: () => number
  readonly closeLoopAfter: number
  readonly stopIds: ReadonlySet<number>
  /** The tokens that close the thought, at least one. */
  readonly closing: () => readonly number[]
  readonly onClose: (reason: ClosingReason) => void
}

/** Closes the thought, once, and lets the answer begin. Keeps the whole thought. Comes before `stopBefore`. */
export function closeThought(thought: ThoughtTracker, rules: ClosingRules): StepPolicy {
  let closed = false
  const close = (reason: ClosingReason): Decision => {
    closed = true
    rules.onClose(reason)
    return { force: rules.closing() }
  }
  return {
    sampled: (token) => (!closed && thought.isOpen && rules.stopIds.has(token) ? close('ended') : undefined),
    added: (_token, newTokens) => {
      if (closed || !thought.isOpen) return undefined
      if (rules.asked()) return close('asked')
      if (thought.thoughtTokens >= rules.budget) return close('budget')
      if (newTokens >= rules.room) return close('context')
      if (rules.loopTokens() >= rules.closeLoopAfter) return close('loop')
      return undefined
    },
  }
}

/** Ends the reply when its answer has this many tokens more than it had when the reply continued. */
export function limitAnswer(thought: ThoughtTracker, mostTokens: number): StepPolicy {
  let before: number | undefined
  return {
    added: () => {
      // The first token of this run is counted already. A thought that is open has no answer yet.
      before ??= thought.isOpen ? 0 : Math.max(0, thought.answerTokens - 1)
      return !thought.isOpen && thought.answerTokens - before >= mostTokens ? { end: 'longest' } : undefined
    },
  }
}
