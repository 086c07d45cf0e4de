/**
 * Why a reply ended: a stop token, the token limit, the end of the context window, the longest wanted answer, or a
 * person's wish.
 */
export type EndReason = 'stop' | 'length' | 'longest' | 'abort'

/** The decision of a policy at a step. `force` has at least one token; undefined lets the reply continue. */
export type Decision = { readonly end: EndReason } | { readonly force: readonly number[] } | undefined

/**
 * Stands between two tokens of a reply. It is asked twice for each token: when the token is sampled, and when it
 * becomes part of the reply. It counts for one reply, so each reply needs a new policy.
 */
export interface StepPolicy {
  /** The sampled token is not a part of the reply yet. `force` puts these tokens in its place, `end` leaves it out. */
  readonly sampled?: (token: number) => Decision
  /**
   * The token is a part of the reply, which has `newTokens` now. `force` lets these tokens follow instead of sampled
   * ones.
   */
  readonly added?: (token: number, newTokens: number) => Decision
}

/** Ends the reply before one of these tokens. */
export function stopBefore(stopIds: ReadonlySet<number>): StepPolicy {
  return { sampled: (token) => (stopIds.has(token) ? { end: 'stop' } : undefined) }
}

/** Ends the reply after the token during which somebody asked for it. @param asked whether somebody has */
export function stopWhen(asked: () => boolean): StepPolicy {
  return { added: () => (asked() ? { end: 'abort' } : undefined) }
}

/** Ends the reply when it has this many tokens. */
export function limitTo(mostTokens: number): StepPolicy {
  return { added: (_token, newTokens) => (newTokens >= mostTokens ? { end: 'length' } : undefined) }
}

/** Several policies as one: the first that decides is followed, and later ones are not asked. */
export function firstOf(policies: readonly StepPolicy[]): Required<StepPolicy> {
  const first = (ask: (policy: StepPolicy) => Decision): Decision => {
    for (const policy of policies) {
      const decision = ask(policy)
      if (decision) return decision
    }
    return undefined
  }
  return {
    sampled: (token) => first((policy) => policy.sampled?.(token)),
    added: (token, newTokens) => first((policy) => policy.added?.(token, newTokens)),
  }
}
