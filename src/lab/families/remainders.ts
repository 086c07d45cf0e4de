import { byLevel, type Family } from '../question'

/** Remainders of divisions, from level 4 on of powers. */
export const remainders: Family = (random, level, language) => {
  const divisor = random.between(
    ...byLevel<[number, number]>(level, [
      [2, 9],
      [3, 12],
      [7, 40],
      [3, 9],
      [7, 40],
    ]),
  )
  const isPower = level > 3
  const base = isPower
    ? random.between(2, byLevel(level, [0, 0, 0, 9, 30]))
    : random.between(
        ...byLevel<[number, number]>(level, [
          [10, 99],
          [100, 999],
          [1000, 99_999],
          [0, 0],
          [0, 0],
        ]),
      )
  const exponent = isPower ? random.between(3, byLevel(level, [0, 0, 0, 8, 40])) : 1
  const shown = isPower ? `${String(base)}^${String(exponent)}` : String(base)
  const answer = BigInt(base) ** BigInt(exponent) % BigInt(divisor)
  return {
    text:
      language === 'en'
        ? `What is the remainder when ${shown} is divided by ${String(divisor)}?`
        : `${shown} 除以 ${String(divisor)} 的余数是多少？`,
    answer: String(answer),
  }
}
