import * as v from 'valibot'
import type { Prompt } from '../engine/engine'
import type { assemblePrompt, Turn } from '../reasoning/prompt'
import { chatTemplateSchema, type ChatTemplate, type Mark } from '../shared/chat-template'
import { ggufUnusable } from '../shared/gguf-problem'
import { derive } from './derive'
import { familyTemplate } from './families'
import type { GgufFacts } from './facts'
import { MarkReader, textOf } from './marks'
import { probe, type Probe } from './probe'
import { jinjaRender, type Message, type Render } from './run-jinja'

/** How this site writes a conversation down by a template. */
export type Assemble = typeof assemblePrompt

/** Opens the thought of the models whose makers advise it: DeepSeek, for R1 and its distillations. */
const ADVISED: Mark = [
  { kind: 'token', content: '<think>' },
  { kind: 'text', text: '\n' },
]

/**
 * The chat template of a GGUF file as data. A Jinja template is run on words of our own only, and its output is cut at
 * them into control tokens and text. The data is then tested: `assemble` must write the same for conversations that it
 * was not derived from.
 *
 * @throws {AppError} `gguf-unusable`, with a reason that begins with `template-`
 */
export function chatTemplateOf({ jinja, vocabulary }: GgufFacts, assemble: Assemble): ChatTemplate {
  const { addedTokens, bos, eos, eot, endTokens } = vocabulary
  const ends = [...new Set([eos, eot].flatMap((token) => (token ? [token.content] : [])).concat(endTokens))]
  const thoughtTokens = addedTokens.includes('<think>') && addedTokens.includes('</think>')
  if (jinja === undefined) return finished(familyTemplate(vocabulary, ends), vocabulary)
  const { render, probed } = asked(jinja, { bos: bos?.content ?? '', eos: eos?.content ?? '' })
  const template = derive(probed, new MarkReader(addedTokens), { thoughtTokens, ends })
  const checked = v.safeParse(chatTemplateSchema, template)
  if (!checked.success)
    throw ggufUnusable('template-irregular', { what: v.getDotPath(checked.issues[0]) ?? 'template' })
  compare(template, render, assemble)
  return finished(template, vocabulary)
}

/** A template that needs a clock gets the day on which the file is looked at, and the model keeps that day. */
function asked(jinja: string, tokens: { bos: string; eos: string }): { render: Render; probed: Probe } {
  const timeless = jinjaRender(jinja, tokens)
  try {
    return { render: timeless, probed: probe(timeless) }
  } catch (thrown) {
    if (!jinja.includes('strftime_now')) throw thrown
    const render = jinjaRender(jinja, { ...tokens, now: new Date() })
    return { render, probed: probe(render) }
  }
}

/** Adds the parts that no template decides: the token before every prompt, and the advice of R1's makers. */
function finished(template: ChatTemplate, { addBos, bos }: GgufFacts['vocabulary']): ChatTemplate {
  const { system, openThought, thought, user } = template
  const isR1 = thought !== undefined && textOf(user.before).includes('<｜User｜>')
  const withBos = (mark: Mark): Mark => (bos ? [{ kind: 'token', content: bos.content }, ...mark] : mark)
  const begins = bos !== undefined && textOf([...template.begin, ...user.before]).startsWith(bos.content)
  const adds = addBos && !begins
  return {
    ...template,
    ...(adds && { begin: withBos(template.begin) }),
    ...(adds && system && !system.inQuestion && { system: { ...system, before: withBos(system.before) } }),
    ...(isR1 && !openThought && { openThought: ADVISED }),
  }
}

/** Texts that share no words with the probe. */
const TEXTS = ['2 + 2?', 'Vier.\n\n(4)', 'Und 3 mehr, 再加三?', '7', 'Why <b>so</b>? '.repeat(20).trim()] as const
const INSTRUCTIONS = 'Be brief.\nSpeak as a pirate.'

/** @throws {AppError} `gguf-unusable`, `template-irregular` */
function compare(template: ChatTemplate, render: Render, assemble: Assemble): void {
  for (const turns of [1, 3, 5])
    for (const instructions of template.system ? ['', INSTRUCTIONS] : [''])
      for (const thinks of template.thought ? [undefined, true, false] : [undefined]) {
        const roles = TEXTS.slice(0, turns).map((content, index) => ({
          role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
          content,
        }))
        const path: Turn[] = roles.map(({ role, content }) => ({
          role,
          text: content,
          ...(role === 'assistant' && { opensThought: true }),
        }))
        const messages: Message[] = instructions === '' ? roles : [{ role: 'system', content: instructions }, ...roles]
        const written = writtenOf(assemble(path, template, { instructions, withoutThought: thinks === false }))
        const own = render(messages, { asks: true, ...(thinks !== undefined && { thinks }) })
        // A switch may change the system turn and earlier answers too, of which the data has only one form; its effect
        // on the reply counts.
        const [ours, theirs] = thinks === false ? [written, own].map((text) => fromLast(text, turns)) : [written, own]
        if (ours !== theirs && !isOnlyThought(ours ?? '', theirs ?? '', template, thinks))
          throw ggufUnusable('template-irregular', { what: `${turns} turns` })
      }
}

/**
 * A template may say less of thoughts than the data: it may lack a switch, or have the switch off. Both must be the
 * same up to the thought.
 */
function isOnlyThought(written: string, own: string, template: ChatTemplate, thinks: boolean | undefined): boolean {
  if (thinks === true || !template.thought) return false
  const endings = [template.openThought ?? [], template.noThought ?? []].map(textOf)
  const cores = (text: string) =>
    endings.filter((ending) => text.endsWith(ending)).map((ending) => text.slice(0, text.length - ending.length))
  return cores(written).some((core) => core === own || cores(own).includes(core))
}

/** From the last of so many turns on. */
const fromLast = (text: string, turns: number): string =>
  text.slice(Math.max(0, text.lastIndexOf(TEXTS[turns - 1] ?? '')))

/** A prompt as one text, with its instructions in the engine's place. */
function writtenOf({ head, instructions, history, last }: Prompt): string {
  const behind = instructions?.behind ?? 0
  const turns = [...history.map(({ parts }) => parts), last]
  const [first = []] = turns
  return [
    textOf(head),
    textOf(first.slice(0, behind)),
    textOf(instructions?.parts ?? []),
    textOf(first.slice(behind)),
    ...turns.slice(1).map(textOf),
  ].join('')
}
