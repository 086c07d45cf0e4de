import { finalValue } from './final-value'
import { splitReply } from './think-parser'

/** A reply that counts in the vote. */
export interface Vote {
  readonly text: string
  readonly opensThought?: true
}

/** Replies that end with the same value. */
export interface Party<V> {
  /** Undefined for a reply without a value to count: no answer, or an answer that does not end with a value. */
  readonly value: string | undefined
  readonly votes: readonly V[]
}

/**
 * Counts replies by the value that their answers end with (self-consistency: Wang et al. 2022).
 *
 * @returns the largest party first, equal parties in the order of their first replies; replies without a value last
 */
export function tally<V extends Vote>(votes: readonly V[]): Party<V>[] {
  const parties = new Map<string | undefined, V[]>()
  for (const vote of votes) {
    const { answer } = splitReply(vote.text, !vote.opensThought)
    const value = answer === '' ? undefined : finalValue(answer)?.toLowerCase()
    parties.set(value, [...(parties.get(value) ?? []), vote])
  }
  return [...parties]
    .map(([value, of]) => ({ value, votes: of }))
    .sort((a, b) => Number(a.value === undefined) - Number(b.value === undefined) || b.votes.length - a.votes.length)
}
