import type { Sampler } from './sampler'
import type { EndReason, StepPolicy } from './step-policy'
import type { TokenSequence } from './token-sequence'

/**
 * Writes a reply token by token, under a policy. At the end, the last token of the reply is not in the KV cache.
 *
 * @param first the token that was sampled after the prompt
 * @param onToken told of each token of the reply, sampled or forced
 * @returns why the reply ended, and how many tokens it has
 */
export async function decode(
  sequence: Pick<TokenSequence, 'append'>,
  first: number,
  sampler: Sampler,
  { sampled, added }: Required<StepPolicy>,
  onToken: (token: number) => void,
): Promise<{ reason: EndReason; newTokens: number }> {
  let newTokens = 0
  for (let token = first; ;) {
    const decision = sampled(token)
    if (decision && 'end' in decision) return { reason: decision.end, newTokens }
    let waiting = decision ? decision.force : [token]
    const written: number[] = []
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      waiting = waiting.slice(1)
      written.push(next)
      newTokens += 1
      onToken(next)
      const after = added(next, newTokens)
      if (after && 'end' in after) return { reason: after.end, newTokens }
      if (after) waiting = after.force
    }
    token = await sequence.append(written, sampler)
  }
}
