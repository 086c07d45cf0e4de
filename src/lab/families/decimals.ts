import { byLevel, type Family } from '../question'
import type { Random } from '../random'

/** `whole.fraction` with this many digits behind the point, the last of them not 0. */
function decimal(random: Random, whole: number, digits: number): string {
  const rest = Array.from({ length: digits - 1 }, () => String(random.between(0, 9))).join('')
  return `${String(whole)}.${rest}${String(random.between(1, 9))}`
}

/** The numbers of a question, no two of them equal. */
function numbers(random: Random, level: number): string[] {
  const count = level < 4 ? 2 : 3
  for (;;) {
    const whole = random.between(0, 20)
    const lengths = random.shuffled(level < 3 ? [1, 1] : [1, 2, 3]).slice(0, count)
    const made = lengths.map((length) => decimal(random, level === 1 ? random.between(0, 20) : whole, length))
    const signed = level === 5 ? made.map((number) => (random.toss() ? `-${number}` : number)) : made
    if (new Set(signed.map(Number)).size === count) return signed
  }
}

/** Which of some decimals is larger or smaller. From level 3 on their lengths differ, as in 9.11 and 9.9. */
export const decimals: Family = (random, level, language) => {
  const given = numbers(random, level)
  const larger = random.toss()
  const sorted = [...given].sort((a, b) => Number(a) - Number(b))
  const answer = (larger ? sorted.at(-1) : sorted[0]) ?? ''
  const en = larger
    ? byLevel(level, ['larger', 'larger', 'larger', 'largest', 'largest'])
    : byLevel(level, ['smaller', 'smaller', 'smaller', 'smallest', 'smallest'])
  const zh = larger ? '大' : '小'
  const last = given.at(-1) ?? ''
  const list = `${given.slice(0, -1).join(language === 'en' ? ', ' : '、')}${language === 'en' ? ' or ' : '和'}${last}`
  return {
    text:
      language === 'en' ? `Which number is ${en}: ${list}?` : `${list}，哪个数${given.length > 2 ? '最' : '更'}${zh}？`,
    answer,
  }
}
