import { Detokenizer } from './detokenizer'
import type { GenerationEnd, GenerationRequest, GenerationStep, TokenOdds } from './engine'
import type { GenerationModel, Wishes } from './generate'
import { fitPrompt } from './prompt-tokens'
import { invalidLogits, type Candidates, type Sampler } from './sampler'

/** The likeliest tokens that are told with each token. */
const LIKELY = 5

/** A token among those that could have followed. */
interface Odds {
  readonly p: number
  readonly likely: readonly { readonly id: number; readonly p: number }[]
}

/**
 * Writes exactly the given tokens, one step each, and reports how likely the model finds each of them. Probabilities are
 * the model's own, at temperature 1, among the tokens that the engine gives.
 *
 * @throws {AppError} as `generate` does
 */
export async function replay(
  { sequence, encoder, contextWindow, decode }: Omit<GenerationModel, 'batchMs' | 'score'>,
  { prompt, historyTokens, replay: tokens = [] }: GenerationRequest,
  wishes: Pick<Wishes, 'stop'>,
  emit: (event: GenerationStep) => void,
): Promise<GenerationEnd> {
  const { ids, size } = await fitPrompt(encoder, prompt, historyTokens, contextWindow, tokens.length)
  emit({ type: 'begun', size, reply: [] })
  const detokenizer = new Detokenizer(decode)
  const texts = new Map<string, string>()
  let odds: Odds = { p: 0, likely: [] }
  let wanted = -1
  const sampler: Sampler = {
    temperature: 0,
    topP: 1,
    choose: (candidates) => {
      odds = oddsOf(candidates, wanted)
      return wanted
    },
  }
  /** The text of a token behind another one: some decoders treat the first token of a text in a special way. */
  const textOf = (id: number, before: number | undefined): string => {
    const key = `${String(before)} ${String(id)}`
    const known = texts.get(key)
    if (known !== undefined) return known
    const start = before === undefined ? '' : decode(Int32Array.of(before))
    const text = decode(before === undefined ? Int32Array.of(id) : Int32Array.of(before, id)).slice(start.length)
    texts.set(key, text)
    return text
  }
  const started = performance.now()
  let decoding = started
  let newTokens = 0
  let prefilledTokens = 0
  for (const [place, token] of tokens.entries()) {
    if (wishes.stop()) break
    wanted = token
    const before = tokens[place - 1]
    if (before === undefined) {
      prefilledTokens = (await sequence.replace(ids, sampler)).prefilled
      decoding = performance.now()
    } else await sequence.append([before], sampler)
    const likely = odds.likely.map(({ id, p }) => ({ text: textOf(id, before), p, isChosen: id === token }))
    const told: TokenOdds = { text: detokenizer.push(token), p: odds.p, likely }
    emit({ type: 'odds', token: told })
    newTokens += 1
  }
  const usage = {
    promptTokens: ids.length,
    prefilledTokens,
    newTokens,
    prefillMs: decoding - started,
    decodeMs: performance.now() - decoding,
    droppedTurns: size.droppedTurns,
  }
  return { type: 'done', reason: newTokens === tokens.length ? 'stop' : 'abort', usage }
}

/** The probability of one token, and the likeliest ones. @throws {AppError} `generation-failed` if logits are no numbers */
function oddsOf({ ids, logits }: Candidates, wanted: number): Odds {
  const most = reduced(logits, (top, logit) => Math.max(top, logit), -Infinity)
  const total = reduced(logits, (sum, logit) => sum + Math.exp(logit - most), 0)
  if (!Number.isFinite(most) || Number.isNaN(total)) throw invalidLogits()
  const best: { id: number; logit: number }[] = []
  let chosen = -Infinity
  for (let place = 0; place < logits.length; place += 1) {
    const [id, logit] = [ids ? (ids[place] ?? -1) : place, logits[place] ?? -Infinity]
    if (id === wanted) chosen = logit
    const last = best.at(-1)
    if (best.length === LIKELY && last && logit <= last.logit) continue
    best.push({ id, logit })
    best.sort((a, b) => b.logit - a.logit)
    if (best.length > LIKELY) best.pop()
  }
  const share = (logit: number) => Math.exp(logit - most) / total
  return { p: share(chosen), likely: best.map(({ id, logit }) => ({ id, p: share(logit) })) }
}

function reduced(list: ArrayLike<number>, step: (sum: number, value: number) => number, start: number): number {
  let sum = start
  for (let place = 0; place < list.length; place += 1) sum = step(sum, list[place] ?? NaN)
  return sum
}
