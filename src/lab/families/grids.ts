import { byLevel, type Family, type Language } from '../question'
import type { Random } from '../random'

const NAMES: Record<Language, readonly string[]> = {
  en: ['Anna', 'Ben', 'Clara', 'David', 'Emma'],
  'zh-CN': ['小安', '小白', '小陈', '小丁', '小方'],
}

/** A true sentence about who lives where, and whether another placing agrees with it. */
interface Clue {
  readonly text: string
  readonly holds: (houseOf: ReadonlyMap<string, number>) => boolean
}

function clueAbout(random: Random, truth: ReadonlyMap<string, number>, language: Language): Clue {
  const [a = '', b = ''] = random.shuffled([...truth.keys()])
  const of = (houses: ReadonlyMap<string, number>, name: string) => houses.get(name) ?? 0
  const [left, right] = of(truth, a) < of(truth, b) ? [a, b] : [b, a]
  const isEn = language === 'en'
  const kind = random.between(1, 3)
  if (kind === 1)
    return {
      text: isEn ? `${left} lives somewhere to the left of ${right}.` : `${left}住在${right}左边的某一栋。`,
      holds: (houses) => of(houses, left) < of(houses, right),
    }
  if (kind === 2) {
    const house = of(truth, b)
    return {
      text: isEn ? `${a} does not live in house ${String(house)}.` : `${a}不住在${String(house)}号房。`,
      holds: (houses) => of(houses, a) !== house,
    }
  }
  const apart = of(truth, right) - of(truth, left)
  if (apart === 1)
    return {
      text: isEn ? `${left} lives directly to the left of ${right}.` : `${left}住在${right}左边紧挨着的一栋。`,
      holds: (houses) => of(houses, right) - of(houses, left) === 1,
    }
  return {
    text: isEn ? `${a} and ${b} are not neighbours.` : `${a}和${b}不是邻居。`,
    holds: (houses) => Math.abs(of(houses, a) - of(houses, b)) !== 1,
  }
}

/** Every placing of the names in houses 1 to n. */
function placings(names: readonly string[]): Map<string, number>[] {
  const [first, ...rest] = names
  if (first === undefined) return [new Map<string, number>()]
  return placings(rest).flatMap((placing) =>
    names.map((_, at) => {
      const moved = [...placing].map(([name, house]) => [name, house > at ? house + 1 : house] as const)
      return new Map([[first, at + 1], ...moved])
    }),
  )
}

/** Who lives in which house. Clues are added until one placing is left, and those that are not needed are left out. */
export const grids: Family = (random, level, language) => {
  const names = random.shuffled(NAMES[language]).slice(0, byLevel(level, [3, 3, 4, 4, 5]))
  const truth = new Map(random.shuffled(names).map((name, at) => [name, at + 1]))
  const all = placings(names)
  const left = (clues: readonly Clue[]) => all.filter((placing) => clues.every(({ holds }) => holds(placing))).length
  let clues: Clue[] = []
  while (left(clues) > 1) {
    const clue = clueAbout(random, truth, language)
    if (left([...clues, clue]) < left(clues)) clues = [...clues, clue]
  }
  for (const clue of clues) {
    const without = clues.filter((other) => other !== clue)
    if (left(without) === 1) clues = without
  }
  const asked = random.pick(names)
  const told = random.shuffled(clues).map(({ text }) => text)
  const list = [...names].sort((a, b) => (a < b ? -1 : 1))
  const count = String(names.length)
  return {
    text:
      language === 'en'
        ? `${list.slice(0, -1).join(', ')} and ${list.at(-1) ?? ''} live in houses 1 to ${count}, one in each, numbered from left to right. ${told.join(' ')} In which house does ${asked} live? Give its number.`
        : `${list.join('、')}分别住在从左到右编号为1到${count}的房子里，每栋一人。${told.join('')}${asked}住在几号房？`,
    answer: String(truth.get(asked) ?? 0),
  }
}
