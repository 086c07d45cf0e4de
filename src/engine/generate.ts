import { decode } from './decode'
import { Detokenizer } from './detokenizer'
import type {
  CommandCounts,
  GenerationEnd,
  GenerationRequest,
  GenerationStep,
  Prompt,
  PromptPart,
  PromptSize,
  Usage,
} from './engine'
import { fitPrompt, type PromptEncoder } from './prompt-tokens'
import { replay } from './replay'
import { ReplyWriter } from './reply-writer'
import { ReplySampler } from './sampler'
import { firstOf, limitTo, stopBefore, stopWhen } from './step-policy'
import { thoughtPolicies } from './thought-policies'
import type { TokenSequence } from './token-sequence'

export interface GenerationModel {
  readonly sequence: TokenSequence
  readonly encoder: PromptEncoder
  readonly contextWindow: number
  decode(ids: Int32Array): string
  /** How long deltas are collected before they are sent, if not as long as a frame of the screen lasts. */
  readonly batchMs?: number
  /** What was given to the GPU since the load; not every engine counts. */
  readonly commands?: () => CommandCounts
  /** The log-probability of each token after the first; not every engine can give it. */
  readonly score?: (ids: readonly number[]) => Promise<number[]>
}

/** Wishes that a person may have while a reply is written; asked between tokens. */
export interface Wishes {
  readonly stop: () => boolean
  readonly answerNow: () => boolean
}

/**
 * Prefills what is new and samples until a stop token, the token limit, the end of the context window, or a stop request.
 *
 * @throws {AppError} `prompt-too-long`, `reply-too-long`
 */
export async function generate(
  model: GenerationModel,
  request: GenerationRequest,
  wishes: Wishes,
  emit: (event: GenerationStep) => void,
): Promise<GenerationEnd> {
  if (request.replay) return await replay(model, request, wishes, emit)
  const { sequence, encoder, contextWindow } = model
  const reply = await replyIds(encoder, request.reply ?? [], request.prompt.last.at(-1))
  const { ids, size } = await fitPrompt(encoder, request.prompt, request.historyTokens, contextWindow, reply.length)
  emit({ type: 'begun', size, reply })
  const stopIds = new Set(await Promise.all(request.stopTokens.map((content) => encoder.control(content))))
  const limit = Math.min(request.maxNewTokens, contextWindow - ids.length - reply.length)
  const writer = new ReplyWriter(new Detokenizer((tokens) => model.decode(tokens)), emit, model.batchMs)
  const sampler = new ReplySampler(request.sampling)
  writer.onToken((token) => {
    sampler.took(token)
  })
  const thought = await thoughtPolicies(encoder, request, { limit, stopIds, writer, answerNow: wishes.answerNow, emit })
  writer.resume(reply)
  const policy = firstOf([...thought.policies, stopBefore(stopIds), stopWhen(wishes.stop), limitTo(limit)])

  const started = performance.now()
  const first = await sequence.replace([...ids, ...reply], sampler)
  const decoding = performance.now()
  const before = model.commands?.()
  const { reason, newTokens } = await decode(sequence, first.token, sampler, policy, (token) => {
    writer.push(token)
  })
  writer.end(reason)
  const thoughtTokens = thought.tokens()
  const after = model.commands?.()
  const usage: Usage = {
    promptTokens: ids.length,
    prefilledTokens: first.prefilled,
    newTokens,
    ...(thoughtTokens !== undefined && { thoughtTokens }),
    prefillMs: decoding - started,
    decodeMs: performance.now() - decoding,
    droppedTurns: size.droppedTurns,
    ...(before && after && { commands: since(before, after) }),
  }
  return { type: 'done', reason, usage }
}

const since = (before: CommandCounts, after: CommandCounts): CommandCounts => ({
  dispatches: after.dispatches - before.dispatches,
  submits: after.submits - before.submits,
  waits: after.waits - before.waits,
})

/** Measures a prompt. A question that does not fit is measured all the same. */
export async function measure(
  { encoder, contextWindow }: GenerationModel,
  prompt: Prompt,
  historyTokens: number,
): Promise<PromptSize> {
  const parts = [prompt.head, prompt.instructions?.parts ?? [], prompt.last]
  const counts = await Promise.all(parts.map(async (each) => (await encoder.parts(each)).length))
  const least = counts.reduce((total, count) => total + count, 0)
  // The window has room for the question at least.
  const { size } = await fitPrompt(encoder, prompt, historyTokens, Math.max(contextWindow, least + 1))
  return { ...size, contextWindow }
}

async function replyIds(
  encoder: PromptEncoder,
  reply: readonly number[] | readonly PromptPart[],
  behind: PromptPart | undefined,
): Promise<readonly number[]> {
  return isTokens(reply) ? reply : await encoder.parts(reply, behind)
}

function isTokens(reply: readonly number[] | readonly PromptPart[]): reply is readonly number[] {
  return reply.every((one) => typeof one === 'number')
}
