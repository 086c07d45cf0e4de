/**
 * Why a reply ended: a stop token, the token limit or the end of the context window, the longest answer that is wanted, or
 * somebody's wish.
 */
export type EndReason = 'stop' | 'length' | 'longest' | 'abort'

/** What a policy wants at a step, forced tokens being at least one; undefined lets the reply go on. */
export type Decision = { readonly end: EndReason } | { readonly force: readonly number[] } | undefined

/**
 * Stands between two tokens of a reply. It is asked twice for each: when it has been sampled, and when it has become a part of
 * the reply. It keeps its own count of what it needs to know, so it serves one reply.
 */
export interface StepPolicy {
  /** The sampled token is not a part of the reply yet. `force` puts these tokens in its place, `end` leaves it out. */
  readonly sampled?: (token: number) => Decision
  /** The token is a part of the reply, which has `newTokens` now. `force` lets these follow, in the place of what is sampled. */
  readonly added?: (token: number, newTokens: number) => Decision
}

/** Ends the reply before one of these tokens. */
export function stopBefore(stopIds: ReadonlySet<number>): StepPolicy {
  return { sampled: (token) => (stopIds.has(token) ? { end: 'stop' } : undefined) }
}

/** Ends the reply after the token during which somebody asked for it. @param asked whether they have */
export function stopWhen(asked: () => boolean): StepPolicy {
  return { added: () => (asked() ? { end: 'abort' } : undefined) }
}

/** Ends the reply when it has so many tokens. */
export function limitTo(mostTokens: number): StepPolicy {
  return { added: (_token, newTokens) => (newTokens >= mostTokens ? { end: 'length' } : undefined) }
}

/** Several policies as one: the first that decides anything is followed, and the later ones are not asked. */
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
