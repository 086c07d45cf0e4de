import { byLevel, type Family } from '../question'
import type { Random } from '../random'

/** A whole number with this many digits. */
const ofDigits = (random: Random, digits: number) =>
  random.between(digits === 1 ? 1 : 10 ** (digits - 1), 10 ** digits - 1)

/** Sums, differences and products; the level is the number of digits. */
export const arithmetic: Family = (random, level, language) => {
  const sign = random.pick(['+', '-', '×'])
  const [digitsOfA, digitsOfB] =
    sign === '×'
      ? byLevel<[number, number]>(level, [
          [1, 1],
          [2, 1],
          [2, 2],
          [3, 2],
          [3, 3],
        ])
      : [level, level]
  const a = ofDigits(random, digitsOfA)
  const b = ofDigits(random, digitsOfB)
  const answer = sign === '+' ? a + b : sign === '-' ? a - b : a * b
  const sum = `${String(a)} ${sign} ${String(b)}`
  return { text: language === 'en' ? `What is ${sum}?` : `${sum} 等于多少？`, answer: String(answer) }
}
