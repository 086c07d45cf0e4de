import { scriptOf, type Script } from '../shared/script'
import type { GenerationStep, GenerationRequest, PromptPart, ThoughtPlan } from './engine'
import { LoopDetector } from './loops'
import type { PromptEncoder } from './prompt-tokens'
import type { ReplyWriter } from './reply-writer'
import type { StepPolicy } from './step-policy'
import { closeThought, limitAnswer, ThoughtTracker } from './thought'

/** Most tokens that closing a thought may cost; if a tokenizer needs more, the closing sentence is left out. */
const MOST_CLOSING_TOKENS = 16

/** This many characters at the end of a thought tell its language. */
const RECENT = 400

interface Surroundings {
  /** Tokens that the reply may still have. */
  readonly limit: number
  readonly stopIds: ReadonlySet<number>
  readonly writer: ReplyWriter
  readonly answerNow: () => boolean
  readonly emit: (event: GenerationStep) => void
}

/** The policies of a reply, and the tokens that its thought has; undefined for a model that does not think. */
interface WatchedThought {
  readonly policies: readonly StepPolicy[]
  readonly tokens: () => number | undefined
}

/** The policies that watch a reply's thought and answer, and report closings and loops. */
export async function thoughtPolicies(
  encoder: PromptEncoder,
  { thought, longestAnswer = Infinity }: GenerationRequest,
  { limit, stopIds, writer, answerNow, emit }: Surroundings,
): Promise<WatchedThought> {
  // Some models of a family do not think, and have no tokens for a thought.
  const plan = thought && encoder.has(thought.open) && encoder.has(thought.close) ? thought : undefined
  const tracker = await trackerOf(encoder, plan)
  let loops = new LoopDetector()
  let looping = false
  let recent = ''
  writer.onToken((token, text) => {
    const wasOpen = tracker.isOpen
    tracker.push(token, text)
    recent = (recent + text).slice(-RECENT)
    // An answer that repeats its thought is no loop.
    if (wasOpen && !tracker.isOpen) loops = new LoopDetector()
    else loops.push(token, text)
    if (loops.tokens > 0 === looping) return
    looping = !looping
    emit({ type: 'looping', looping })
  })
  if (!plan) return { policies: [limitAnswer(tracker, longestAnswer)], tokens: () => undefined }
  const closing = await closings(encoder, plan)
  const closingNow = () => closing[scriptOf(recent) ?? plan.script]
  const policies = [
    closeThought(tracker, {
      asked: answerNow,
      budget: plan.budget,
      room: plan.answerReserve === 0 ? Infinity : limit - Math.min(plan.answerReserve, Math.floor(limit / 2)),
      loopTokens: () => loops.tokens,
      closeLoopAfter: plan.closeLoopAfter,
      stopIds,
      closing: closingNow,
      onClose: (reason) => {
        emit({ type: 'closed', reason, tokens: closingNow().length })
      },
    }),
    limitAnswer(tracker, longestAnswer),
  ]
  return { policies, tokens: () => tracker.thoughtTokens }
}

/** What stands before the closing is text; which one does not matter. */
const THOUGHT_SO_FAR: PromptPart = { kind: 'text', text: ' ' }

/** For a model that does not think, the whole reply is answer. */
async function trackerOf(encoder: PromptEncoder, plan: ThoughtPlan | undefined): Promise<ThoughtTracker> {
  if (!plan) return new ThoughtTracker(NaN, NaN, false)
  const [open, close] = await Promise.all([encoder.control(plan.open), encoder.control(plan.close)])
  return new ThoughtTracker(open, close, plan.opened)
}

/** The tokens that close a thought, by the language of its text. */
async function closings(
  encoder: PromptEncoder,
  { close, closing, after }: ThoughtPlan,
): Promise<Record<Script, readonly number[]>> {
  const tokens = async (sentence: string) =>
    await encoder.parts(
      [
        { kind: 'text', text: sentence },
        { kind: 'token', content: close },
        { kind: 'text', text: after },
      ],
      THOUGHT_SO_FAR,
    )
  const shortest = await tokens('\n')
  const fitting = async (sentence: string) => {
    const ids = await tokens(`\n\n${sentence}\n`)
    return ids.length <= MOST_CLOSING_TOKENS ? ids : shortest
  }
  return { han: await fitting(closing.han), latin: await fitting(closing.latin) }
}
