import { isRight, majority } from './grade'
import { FAMILIES, LEVELS, type FamilyName, type Level, type Question } from './question'
import { questionAt, type LabItem, type RunSettings } from './run'
import { median, wilson, type Share } from './statistics'

/** Which items are listed; the first means all. */
export const FILTERS = ['all', 'right', 'wrong', 'looped', 'cut', 'failed', 'differs'] as const
export type Filter = (typeof FILTERS)[number]

const PASSES: Readonly<Record<Filter, (item: LabItem) => boolean>> = {
  all: () => true,
  right: ({ state }) => state === 'right',
  wrong: ({ state }) => state === 'wrong',
  looped: ({ how }) => how === 'looped',
  cut: ({ how }) => how === 'cut',
  failed: ({ state }) => state === 'failed',
  differs: ({ same }) => same === false,
}

/** The items that a filter lets through. */
export const filtered = (items: readonly LabItem[], filter: Filter): readonly LabItem[] =>
  filter === 'all' ? items : items.filter(PASSES[filter])

/** The outcome of a question whose replies are all finished, by their vote. */
export type Outcome = 'right' | 'wrong' | 'failed'

/**
 * The outcome of one question.
 *
 * @param replies its items, in order, at least one
 */
export function outcomeOf(question: Pick<Question, 'answer' | 'tolerance'>, replies: readonly LabItem[]): Outcome {
  const [first, ...more] = replies
  // One reply is graded already.
  if (first && more.length === 0) return first.state
  if (replies.every(({ state }) => state === 'failed')) return 'failed'
  return isRight(question, majority(replies.map(({ value }) => value))) ? 'right' : 'wrong'
}

/** The outcome of each question, by its place; undefined where a reply is still missing. */
export function outcomes(
  questions: readonly Question[],
  items: readonly LabItem[],
  settings: Pick<RunSettings, 'votes'>,
): (Outcome | undefined)[] {
  const replies = grouped(items, settings)
  return questions.map((question, place) => {
    const own = replies.get(place) ?? []
    return own.length < settings.votes ? undefined : outcomeOf(question, own)
  })
}

function grouped(items: readonly LabItem[], settings: Pick<RunSettings, 'votes'>): Map<number, LabItem[]> {
  const groups = new Map<number, LabItem[]>()
  for (const item of items) {
    const place = questionAt(item.at, settings)
    const group = groups.get(place)
    if (group) group.push(item)
    else groups.set(place, [item])
  }
  return groups
}

/** The share of right answers in a group of questions. */
export interface GroupShare<Name> {
  readonly name: Name
  readonly share: Share
}

/** The results of a run in numbers. */
export interface Summary {
  readonly share: Share
  readonly failed: number
  readonly byFamily: readonly GroupShare<FamilyName>[]
  readonly byLevel: readonly GroupShare<Level>[]
  /** With the first reply alone, the first two, and so on; empty without a vote. */
  readonly byVotes: readonly GroupShare<number>[]
  /** In fourths, by the tokens of the thought; the name is the median of the fourth. */
  readonly byThought: readonly GroupShare<number>[]
  readonly thoughtTokens: number | undefined
  readonly newTokens: number
  /** Tokens a second while a reply was written. */
  readonly rate: number | undefined
  /** Time from a question to a right answer, in ms: the median. */
  readonly rightMs: number | undefined
  readonly writtenMs: number
}

const shareOf = (counted: readonly (Outcome | undefined)[]): Share => {
  const known = counted.filter((outcome) => outcome !== undefined)
  return wilson(known.filter((outcome) => outcome === 'right').length, known.length)
}

/** Sums a run up. A question that failed counts as not right. */
export function summarise(
  questions: readonly Question[],
  items: readonly LabItem[],
  settings: Pick<RunSettings, 'votes'>,
): Summary {
  const each = outcomes(questions, items, settings)
  const groups = <Name>(names: readonly Name[], nameOf: (question: Question) => Name | undefined) => {
    const counts = new Map(names.map((name) => [name, { right: 0, total: 0 }]))
    for (const [place, question] of questions.entries()) {
      const name = nameOf(question)
      const count = name === undefined ? undefined : counts.get(name)
      if (!count || each[place] === undefined) continue
      count.total += 1
      if (each[place] === 'right') count.right += 1
    }
    return [...counts]
      .map(([name, { right, total }]) => ({ name, share: wilson(right, total) }))
      .filter(({ share }) => share.total > 0)
  }
  const written = items.filter(({ state }) => state !== 'failed')
  const sum = (amount: (item: LabItem) => number) => written.reduce((total, item) => total + amount(item), 0)
  const [newTokens, decodeMs] = [sum((item) => item.newTokens), sum((item) => item.decodeMs)]
  return {
    share: shareOf(each),
    failed: each.filter((outcome) => outcome === 'failed').length,
    byFamily: groups(FAMILIES, ({ family }) => family),
    byLevel: groups(LEVELS, ({ level }) => level),
    byVotes: byVotes(questions, items, settings),
    byThought: byThought(written),
    thoughtTokens: median(written.map((item) => item.thoughtTokens)),
    newTokens,
    rate: decodeMs > 0 ? (1000 * newTokens) / decodeMs : undefined,
    rightMs: median(written.filter(({ state }) => state === 'right').map((item) => item.prefillMs + item.decodeMs)),
    writtenMs: decodeMs + sum((item) => item.prefillMs),
  }
}

function byVotes(
  questions: readonly Question[],
  items: readonly LabItem[],
  settings: Pick<RunSettings, 'votes'>,
): GroupShare<number>[] {
  if (settings.votes === 1) return []
  const whole = [...grouped(items, settings)].filter(([, own]) => own.length === settings.votes)
  return Array.from({ length: settings.votes }, (_, at) => {
    const votes = at + 1
    const counted = whole.map(([place, own]) => {
      const [question] = questions.slice(place, place + 1)
      return question && outcomeOf(question, own.slice(0, votes))
    })
    return { name: votes, share: shareOf(counted) }
  })
}

const FOURTHS = 4

function byThought(items: readonly LabItem[]): GroupShare<number>[] {
  const sorted = [...items].sort((a, b) => a.thoughtTokens - b.thoughtTokens)
  return Array.from({ length: FOURTHS }, (_, at) => {
    const part = sorted.slice((at * sorted.length) / FOURTHS, ((at + 1) * sorted.length) / FOURTHS)
    const name = median(part.map(({ thoughtTokens }) => thoughtTokens)) ?? 0
    return { name, share: wilson(part.filter(({ state }) => state === 'right').length, part.length) }
  }).filter(({ share }) => share.total > 0)
}

/** How two runs of the same questions differ. */
export interface Comparison {
  readonly both: number
  readonly onlyA: number
  readonly onlyB: number
  readonly neither: number
  /** Places of the questions that only one of them answered rightly. */
  readonly differing: readonly number[]
}

/** Compares two runs question by question, as far as both are finished. */
export function compare(a: readonly (Outcome | undefined)[], b: readonly (Outcome | undefined)[]): Comparison {
  const counts = { both: 0, onlyA: 0, onlyB: 0, neither: 0 }
  const differing: number[] = []
  for (const [place, first] of a.entries()) {
    const second = b[place]
    if (first === undefined || second === undefined) continue
    const [inA, inB] = [first === 'right', second === 'right']
    counts[inA && inB ? 'both' : inA ? 'onlyA' : inB ? 'onlyB' : 'neither'] += 1
    if (inA !== inB) differing.push(place)
  }
  return { ...counts, differing }
}
