import { MAKERS } from './families'
import { FAMILIES, LEVELS, type FamilyName, type Language, type Level, type Question } from './question'
import { Random } from './random'

/** Which questions a generated suite has. Equal ones give equal questions, as long as the makers stay as they are. */
export interface SuiteSetup {
  readonly families: readonly FamilyName[]
  /** One level, or all of them in turn. */
  readonly levels: readonly Level[]
  readonly language: Language
  /** The number of questions. */
  readonly count: number
  readonly seed: number
}

/** The suites that come with the site. `first` has questions that the built-in model was made for. */
export const SUITES = ['first', 'all', ...FAMILIES] as const
export type SuiteName = (typeof SUITES)[number]

/** The number of questions of the first suite. */
export const FIRST_COUNT = 20

/** Makes the questions of a setup. Families and levels take turns; hardly a question comes twice. */
export function generate({ families, levels, language, count, seed }: SuiteSetup): Question[] {
  const random = new Random(seed)
  const texts = new Set<string>()
  return Array.from({ length: count }, (_, at) => {
    const family = families[at % families.length] ?? 'arithmetic'
    const level = levels[Math.floor(at / families.length) % levels.length] ?? 1
    let question = MAKERS[family](random, level, language)
    for (let tries = 0; texts.has(question.text) && tries < TRIES; tries += 1)
      question = MAKERS[family](random, level, language)
    texts.add(question.text)
    return { family, level, ...question }
  })
}

/** There are few classics without numbers. */
const TRIES = 20

/** The families of a suite that comes with the site. */
export const familiesOf = (suite: Exclude<SuiteName, 'first'>): readonly FamilyName[] =>
  suite === 'all' ? FAMILIES : [suite]

/** The first suite: sums, products, comparisons, letters and short stories, of the sizes that Nano was trained on. */
export function firstSuite(language: Language): Question[] {
  const random = new Random(20)
  const isEn = language === 'en'
  const of = (family: FamilyName, level: Level): Question => ({
    family,
    level,
    ...MAKERS[family](random, level, language),
  })
  const stories = Array.from({ length: 4 }, (_, at) => shortStory(random, at, isEn))
  return [
    ...LEVELS.slice(0, 4).flatMap((level) => [of('arithmetic', level), of('arithmetic', level)]),
    ...LEVELS.slice(0, 3).map((level) => of('decimals', level)),
    ...([1, 1, 2] as const).map((level) => of('letters', level)),
    ...stories,
    largest(random, isEn),
    {
      family: 'classics',
      level: 1,
      text: isEn ? "How many r's are in strawberry?" : 'strawberry里有几个r？',
      answer: '3',
    },
  ]
}

/** A story of one or two steps, told in the way that Nano knows. */
function shortStory(random: Random, at: number, isEn: boolean): Question {
  const [a, b, c] = [random.between(20, 90), random.between(2, 19), random.between(2, 30)]
  const [has, less, more] = [String(a), String(b), String(c)]
  const level = at < 2 ? 1 : 2
  if (at % 2 === 0)
    return {
      family: 'stories',
      level,
      text: isEn
        ? `Anna has ${has} apples. Then Anna gives away ${less} of them. How many are left?`
        : `小明有${has}个苹果，后来送出${less}个，还剩多少个苹果？`,
      answer: String(a - b),
    }
  return {
    family: 'stories',
    level,
    text: isEn
      ? `Tom has ${has} books. Then Tom buys ${more} more. Later Tom gives away ${less} of them. How many are left?`
      : `小红有${has}本书，又买了${more}本，后来送出${less}本，还剩多少本书？`,
    answer: String(a + c - b),
  }
}

function largest(random: Random, isEn: boolean): Question {
  const numbers = Array.from({ length: 4 }, (_, at) => random.between(10 + 7 * at, 999))
  return {
    family: 'decimals',
    level: 4,
    text: isEn ? `What is the largest of ${numbers.join(', ')}?` : `${numbers.join('、')}中最大的是哪个？`,
    answer: String(Math.max(...numbers)),
  }
}
