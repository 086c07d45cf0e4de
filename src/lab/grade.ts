import type { Question } from './question'

/**
 * Whether the value that an answer ends with is the right one. Numbers are compared as numbers, times as times, words
 * without regard to case.
 *
 * @param value as `finalValue` gives it; undefined for an answer without a value
 */
export function isRight({ answer, tolerance = 0 }: Pick<Question, 'answer' | 'tolerance'>, value?: string): boolean {
  if (value === undefined) return false
  const [wanted, given] = [amountOf(answer), amountOf(value)]
  if (wanted !== undefined && given !== undefined) return Math.abs(wanted - given) <= tolerance + ROUNDING
  return plain(answer) === plain(value)
}

/** Decimals of money differ by this much once they are sums of binary fractions. */
const ROUNDING = 1e-9

const plain = (value: string) => value.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()

/** A number, a fraction, or a time in minutes; units behind it are left out. Undefined for words. */
function amountOf(value: string): number | undefined {
  const text = plain(value)
    .replace(/\\frac\{(-?\d+)\}\{(\d+)\}/g, '$1/$2')
    .replace(/(\d),(?=\d{3}(?!\d))/g, '$1')
  const clock = /^(\d{1,2}):(\d{2})(?!\d)/.exec(text)
  if (clock) return Number(clock[1]) * 60 + Number(clock[2])
  const [, sign, over, under = '1', rest = ''] =
    /^[$€¥£]?([-−]?)\s?(\d+(?:\.\d+)?)(?:\/(\d+(?:\.\d+)?))?(.*)$/.exec(text) ?? []
  // Behind a number there may be a unit, but no more of the number.
  if (over === undefined || /^[\d./:]|[\d]/.test(rest)) return undefined
  const amount = (Number(over) / Number(under)) * (sign === '' || sign === undefined ? 1 : -1)
  return /^\s?%/.test(rest) ? amount / 100 : amount
}

/**
 * The value that most replies to one question end with (self-consistency: Wang et al. 2022); of equal parties the one
 * whose first reply came first. Unlike `tally` it needs only the values, which lie in memory without their texts.
 */
export function majority(values: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>()
  for (const value of values) if (value !== undefined) counts.set(plain(value), (counts.get(plain(value)) ?? 0) + 1)
  const most = Math.max(0, ...counts.values())
  return values.find((value) => value !== undefined && counts.get(plain(value)) === most)
}
