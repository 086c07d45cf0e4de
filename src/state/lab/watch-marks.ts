import { finalValue } from '../../reasoning/final-value'
import { outlineOf } from '../../reasoning/outline'

/** A place in a reply that a person may want to see. */
export type WatchMark =
  /** A step of the thought begins. */
  | { readonly kind: 'step'; readonly at: number; readonly label: string }
  /** The thought so far comes to another value. */
  | { readonly kind: 'value'; readonly at: number; readonly label: string }
  /** The value of the answer stands here for the first time. */
  | { readonly kind: 'first'; readonly at: number; readonly label: string }
  | { readonly kind: 'answer'; readonly at: number }

/** A part of a reply's text, in UTF-16 units. */
export interface WatchPart {
  readonly kind: 'thought' | 'answer' | 'tag'
  readonly from: number
  readonly to: number
}

const CLOSE = '</think>'

/** Thought, answer and the tags around the thought. @param opened whether the prompt opened the thought */
export function partsOf(text: string, opened: boolean): WatchPart[] {
  const start = /^\s*<think>\s*/.exec(text)?.[0].length ?? 0
  if (!opened && start === 0) return [{ kind: 'answer', from: 0, to: text.length }]
  const close = text.indexOf(CLOSE, start)
  const end = close === -1 ? text.length : close
  const answer = close === -1 ? text.length : close + CLOSE.length
  const parts: WatchPart[] = [
    { kind: 'tag', from: 0, to: start },
    { kind: 'thought', from: start, to: end },
    { kind: 'tag', from: end, to: answer },
    { kind: 'answer', from: answer, to: text.length },
  ]
  return parts.filter(({ from, to }) => to > from)
}

/** Ends of sentences and lines, where a thought may have come to a value. */
const ENDS = /[.!?。！？;；](?=\s|$)|[。！？；]|\n/g

/**
 * The places of a reply that show how it came to its answer, in order: steps of the thought, the values that it came to on
 * the way, where the value of the answer stands for the first time, and where the answer begins. Places are in UTF-16 units.
 */
export function marksOf(text: string, opened: boolean): WatchMark[] {
  const parts = partsOf(text, opened)
  const thought = parts.find(({ kind }) => kind === 'thought')
  const answer = parts.find(({ kind }) => kind === 'answer')
  const value = answer && finalValue(text.slice(answer.from, answer.to))
  const marks: WatchMark[] = []
  if (thought) {
    const words = text.slice(thought.from, thought.to)
    for (const { at, label } of outlineOf(words)) marks.push({ kind: 'step', at: thought.from + at, label })
    marks.push(...valuesOf(words).map((mark) => ({ ...mark, at: thought.from + mark.at })))
  }
  const first = value === undefined ? undefined : placeOf(value, text)
  if (value !== undefined && first !== undefined) marks.push({ kind: 'first', at: first, label: value })
  if (answer && thought) {
    const blank = /^\s*/.exec(text.slice(answer.from))?.[0].length ?? 0
    marks.push({ kind: 'answer', at: answer.from + blank })
  }
  return marks.filter(({ at }) => at < text.length).sort((a, b) => a.at - b.at)
}

/** Where a thought comes to another value than before. */
function valuesOf(thought: string): WatchMark[] {
  const marks: WatchMark[] = []
  let before: string | undefined
  let from = 0
  for (const { index } of [...thought.matchAll(ENDS), { index: thought.length }]) {
    const sentence = thought.slice(from, index)
    const value = finalValue(sentence)
    const at = value === undefined ? undefined : placeOf(value, sentence, true)
    if (value !== undefined && at !== undefined && value !== before) {
      marks.push({ kind: 'value', at: from + at, label: value })
      before = value
    }
    from = index + 1
  }
  return marks
}

/**
 * The last character of a value where it first stands by itself, or last: before it, a reader cannot know the value. It
 * stands as written or with commas between its thousands.
 */
function placeOf(value: string, text: string, last = false): number | undefined {
  const written = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/(?<=\d)(?=\d)/g, ',?')
  const places = [...text.matchAll(new RegExp(`(?<![\\w.])${written}(?![\\w]|[.,]\\d)`, 'g'))]
  const place = places.at(last ? -1 : 0)
  return place && place.index + place[0].length - 1
}
