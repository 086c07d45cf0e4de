import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja'
import { AppError } from '../shared/errors'
import { ggufUnusable } from '../shared/gguf-problem'

/** Longest template, in UTF-16 units; the longest published ones have a third of it. */
const LONGEST_TEMPLATE = 65_536
/**
 * For this many spaces in a row the library searches through all of them again from each one. Templates have dozens.
 */
const LONGEST_SPACE = /\s{1000}/
/** Longest text and longest list that a template may make, and most steps that it may take. */
const LONGEST_TEXT = 65_536
const LONGEST_LIST = 16_384
const MOST_STEPS = 100_000
/** Longest sentence of a template that refuses a conversation. */
const LONGEST_SAID = 200

/** A turn of a conversation, as templates know it. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** @returns the text of a conversation @throws {AppError} `gguf-unusable`, `template-broken` if the template refuses it */
export type Render = (messages: readonly Message[], wishes?: Wishes) => string

export interface Wishes {
  /** Whether the text ends where the reply begins. */
  readonly asks?: boolean
  /** Qwen3's switch; if it is absent, the template decides. */
  readonly thinks?: boolean
}

type Value = ReturnType<Interpreter['run']>
type Node = NonNullable<Parameters<Interpreter['evaluate']>[0]>

/** `{% for x in iterable %}`; with a condition the list is on its left. */
interface Loop extends Node {
  readonly iterable: Node & { readonly lhs?: Node }
}

/** The output of an empty loop. */
const NOTHING = parse([])

/** Interprets a template, within limits far above the need of any chat template. */
class BoundedInterpreter extends Interpreter {
  #steps = 0

  override evaluate(...args: Parameters<Interpreter['evaluate']>): Value {
    this.#step(1)
    const found = this.#goesThroughNothing(...args) ? super.evaluate(NOTHING, args[1]) : super.evaluate(...args)
    const { value } = found
    if (typeof value === 'string' && value.length > LONGEST_TEXT)
      throw ggufUnusable('template-too-much', { most: LONGEST_TEXT })
    // A loop over a list takes one step for each element; the library does not evaluate those.
    if (Array.isArray(value)) this.#step(value.length)
    return found
  }

  /**
   * Jinja loops over a missing value as over an empty list; the library refuses it. Phi-4's template asks each turn for
   * its tools.
   */
  #goesThroughNothing(...[statement, scope]: Parameters<Interpreter['evaluate']>): boolean {
    if (statement?.type !== 'For') return false
    const { iterable } = statement as Loop
    return super.evaluate(iterable.lhs ?? iterable, scope).type === 'UndefinedValue'
  }

  #step(count: number): void {
    this.#steps += count
    if (this.#steps > MOST_STEPS) throw ggufUnusable('template-too-slow', { most: MOST_STEPS })
  }
}

interface Surroundings {
  /** Contents of the tokens that begin and end a text. */
  readonly bos: string
  readonly eos: string
  /** The current time for a template. Without it there is no clock; many templates then use a date of their own. */
  readonly now?: Date
}

/**
 * Makes a function of a Jinja template, for probe conversations only: it never gets people's texts.
 *
 * @throws {AppError} `gguf-unusable`
 */
export function jinjaRender(template: string, { bos, eos, now }: Surroundings): Render {
  if (template.length > LONGEST_TEMPLATE)
    throw ggufUnusable('template-too-long', { count: template.length, most: LONGEST_TEMPLATE })
  const space = LONGEST_SPACE.exec(template)
  if (space) throw ggufUnusable('template-too-long', { what: 'spaces', count: space[0].length })
  const program = guarded(() => parse(tokenize(template, { lstrip_blocks: true, trim_blocks: true })))
  return (messages, { asks = false, thinks } = {}) =>
    guarded(() => {
      const variables = {
        true: true,
        True: true,
        false: false,
        False: false,
        none: null,
        None: null,
        range,
        raise_exception: refuse,
        messages: messages.map((message) => ({ ...message })),
        bos_token: bos,
        eos_token: eos,
        add_generation_prompt: asks,
        ...(thinks !== undefined && { enable_thinking: thinks }),
        ...(now && { strftime_now: (format: unknown) => formatted(now, String(format)) }),
      }
      const environment = new Environment()
      for (const [name, value] of Object.entries(variables)) environment.set(name, value)
      const { value } = new BoundedInterpreter(environment).run(program)
      return typeof value === 'string' ? value : ''
    })
}

function refuse(said: unknown): never {
  throw ggufUnusable('template-broken', { what: String(said).slice(0, LONGEST_SAID) })
}

/** A date as Python's strftime writes it, as far as templates ask for it: days, months and years. */
function formatted(date: Date, format: string): string {
  const part = (options: Intl.DateTimeFormatOptions) => date.toLocaleDateString('en', options)
  const parts: Readonly<Record<string, string>> = {
    Y: String(date.getFullYear()),
    m: part({ month: '2-digit' }),
    B: part({ month: 'long' }),
    b: part({ month: 'short' }),
    d: part({ day: '2-digit' }),
    A: part({ weekday: 'long' }),
  }
  return format.replaceAll(/%(.)/g, (whole, letter: string) => parts[letter] ?? whole)
}

/** The numbers of a range; the library would make all of them before its length could be checked. */
function range(first: number, end?: number, step = 1): number[] {
  const [from, to] = end === undefined ? [0, first] : [first, end]
  const length = Math.max(0, Math.ceil((to - from) / step))
  if (!(length <= LONGEST_LIST)) throw ggufUnusable('template-too-much', { most: LONGEST_LIST })
  return Array.from({ length }, (_, index) => from + index * step)
}

/** Any failure that a template provokes, a stack overflow too, is a fault of the template. */
function guarded<T>(run: () => T): T {
  try {
    return run()
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown
    throw ggufUnusable('template-broken', { what: String(thrown).slice(0, LONGEST_SAID) })
  }
}
