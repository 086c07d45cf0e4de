import { byLevel, type Family, type Language } from '../question'

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const DAY_MS = 86_400_000

function inWords(time: number, language: Language): string {
  const date = new Date(time)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()].map(Number)
  if (language === 'zh-CN') return `${String(year)}年${String((month ?? 0) + 1)}月${String(day)}日`
  return `${String(day)} ${MONTHS[month ?? 0] ?? ''} ${String(year)}`
}

/** Days from one date to another: a few days, months, years, and the end of February in between. */
export const dates: Family = (random, level, language) => {
  const year = random.between(1990, 2030)
  const start =
    level === 3
      ? Date.UTC(year, 1, random.between(1, 28)) // so that the end of February counts
      : Date.UTC(year, random.between(0, 11), random.between(1, 28))
  const days = random.between(
    ...byLevel<[number, number]>(level, [
      [3, 20],
      [21, 90],
      [30, 120],
      [120, 365],
      [366, 1500],
    ]),
  )
  const [from, to] = [inWords(start, language), inWords(start + days * DAY_MS, language)]
  return {
    text: language === 'en' ? `How many days after ${from} is ${to}?` : `从${from}到${to}过了多少天？`,
    answer: String(days),
  }
}
