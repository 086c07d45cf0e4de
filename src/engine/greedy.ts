import { AppError } from '../shared/errors'
import type { GreedyRequest } from './engine'
import type { TokenSequence } from './token-sequence'

/** Every engine takes the most likely token at temperature 0. */
const GREEDY = { temperature: 0, topP: 1 }

/** The reply to a prompt of token ids, its end token included. The reply ends where the device computes no numbers. */
export async function greedy(
  sequence: Pick<TokenSequence, 'replace' | 'append'>,
  { prompt, end, most }: GreedyRequest,
): Promise<number[]> {
  const ids: number[] = []
  try {
    let { token } = await sequence.replace(prompt, GREEDY)
    ids.push(token)
    while (token !== end && ids.length < most) {
      token = await sequence.append([token], GREEDY)
      ids.push(token)
    }
  } catch (error) {
    // Not a failure of the engine, but a result of the device.
    if (!(error instanceof AppError) || !error.details.invalidLogits) throw error
  }
  return ids
}
