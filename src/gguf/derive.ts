import type { ChatTemplate, Mark } from '../shared/chat-template'
import { ggufUnusable } from '../shared/gguf-problem'
import { commonEnd, commonStart, textOf, type MarkReader } from './marks'
import type { Probe } from './probe'

const OPEN = '<think>'
const CLOSE = '</think>'

/**
 * The ways a template opens a reply: the text before it, and the settings that begin it with a thought or without one.
 */
interface Opening {
  readonly reply: string
  readonly thought: string
  readonly noThought: string
  readonly thinks: boolean
}

/**
 * The marks that a template writes, derived from its output around known words.
 *
 * @param thoughtTokens whether both tags of a thought are tokens of the model
 * @param ends control tokens that end a reply in any case
 * @throws {AppError} `gguf-unusable`, `template-irregular` if its turns have no form, `template-endless` if no token
 * ends a reply
 */
export function derive(
  probe: Probe,
  reader: MarkReader,
  { thoughtTokens, ends }: { thoughtTokens: boolean; ends: readonly string[] },
): ChatTemplate {
  const read = (text: string): Mark => reader.read(text)
  const afterQuestion = commonStart(
    commonStart(read(probe.middle), read(probe.afterQuestion ?? probe.ask)),
    read(probe.ask),
  )
  const between = read(probe.between)
  const atEnd = probe.afterAnswer === undefined ? toFirstToken(between) : commonStart(between, read(probe.afterAnswer))
  const userBefore = textOf(commonEnd(read(cutStart(probe.between, textOf(atEnd))), read(probe.start)))
  const userAfter = textOf(afterQuestion)
  const assistantBefore = cutStart(probe.middle, userAfter)
  const opening = openingOf(probe, userAfter)
  const begin = cutEnd(probe.start, userBefore)
  const system = systemOf(probe.system, { begin, userBefore }, read)
  const stop = [
    ...new Set([...between.flatMap((part) => (part.kind === 'token' ? [part.content] : [])).slice(0, 1), ...ends]),
  ]
  if (stop.length === 0) throw ggufUnusable('template-endless')
  const hasThought = opening.thinks && thoughtTokens
  return {
    begin: read(begin),
    ...(system && { system }),
    user: { before: read(userBefore), after: read(userAfter) },
    assistant: { before: read(assistantBefore), after: read(cutEnd(probe.between, userBefore)) },
    ...(opening.reply !== assistantBefore && { openReply: read(opening.reply) }),
    ...(opening.thought !== '' && { openThought: read(opening.thought) }),
    ...(opening.thinks && { noThought: read(opening.noThought) }),
    ...(hasThought && { thought: { open: OPEN, close: CLOSE } }),
    stop,
  }
}

function openingOf({ ask, askThought, askNoThought, dropsThoughts }: Probe, userAfter: string): Opening {
  const [usual, thoughtful, curt] = [ask, askThought ?? ask, askNoThought ?? ask].map((text) =>
    cutStart(text, userAfter),
  )
  // A template may write answers without thoughts by default.
  const chosen = thoughtful ?? usual ?? ''
  const at = chosen.lastIndexOf(OPEN)
  const opens = at !== -1 && !chosen.includes(CLOSE, at)
  const reply = opens ? chosen.slice(0, at) : chosen
  const empty = curt?.startsWith(reply) && curt.includes(CLOSE, reply.length) ? curt.slice(reply.length) : undefined
  return {
    reply,
    thought: opens ? chosen.slice(at) : '',
    // Both known families accept this.
    noThought: empty ?? `${OPEN}\n\n${CLOSE}\n\n`,
    thinks: opens || empty !== undefined || dropsThoughts,
  }
}

/**
 * The place of instructions: before the first turn, or in its question. Undefined where the template has no mark for
 * them.
 */
function systemOf(
  system: Probe['system'],
  { begin, userBefore }: { begin: string; userBefore: string },
  read: (text: string) => Mark,
): ChatTemplate['system'] {
  if (!system) return undefined
  if (system.after.endsWith(userBefore) && userBefore !== '') {
    const after = cutEnd(system.after, userBefore)
    // Between the first token and the first question, no mark tells a model the meaning of such words.
    if (system.before === begin && after === '') return undefined
    return { before: read(system.before), after: read(after) }
  }
  const before = begin + userBefore
  if (!system.before.startsWith(before)) return undefined
  return { before: read(cutStart(system.before, before)), after: read(system.after), inQuestion: true }
}

function toFirstToken(mark: Mark): Mark {
  const first = mark.findIndex((part) => part.kind === 'token')
  return mark.slice(0, first + 1)
}

function cutStart(text: string, start: string): string {
  if (!text.startsWith(start)) throw ggufUnusable('template-irregular', { what: start })
  return text.slice(start.length)
}

const cutEnd = (text: string, end: string): string => text.slice(0, text.length - end.length)
