import { byLevel, type Family, type Language } from '../question'
import type { Random } from '../random'

const NAMES: Record<Language, readonly string[]> = {
  en: ['Anna', 'Ben', 'Lucy', 'Sam', 'Mia', 'Leo'],
  'zh-CN': ['小明', '小红', '小华', '小丽', '小刚', '小芳'],
}
const THINGS: Record<Language, readonly string[]> = {
  en: ['apples', 'stickers', 'marbles', 'cards', 'stamps', 'shells'],
  'zh-CN': ['个苹果', '张贴纸', '颗弹珠', '张卡片', '张邮票', '个贝壳'],
}

interface Step {
  readonly en: (n: number) => string
  readonly zh: (n: number) => string
  /** The operand for this total; undefined if the step does not suit it. */
  readonly operand: (random: Random, total: number) => number | undefined
  readonly after: (total: number, n: number) => number
}

const divisor = (random: Random, total: number) => {
  const fitting = [2, 3, 4, 5].filter((n) => total >= 2 * n && total % n === 0)
  return fitting.length > 0 ? random.pick(fitting) : undefined
}

const STEPS: readonly Step[] = [
  {
    en: (n) => `buys ${String(n)} more`,
    zh: (n) => `又买了${String(n)}`,
    operand: (random) => random.between(2, 40),
    after: (total, n) => total + n,
  },
  {
    en: (n) => `gives away ${String(n)} of them`,
    zh: (n) => `送出${String(n)}`,
    operand: (random, total) => (total > 3 ? random.between(2, Math.min(40, total - 1)) : undefined),
    after: (total, n) => total - n,
  },
  {
    en: (n) => `then gets enough to have ${String(n)} times as many`,
    zh: (n) => `后来的数量变成原来的${String(n)}倍`,
    operand: (random, total) => (total < 300 ? random.between(2, 3) : undefined),
    after: (total, n) => total * n,
  },
  {
    en: (n) => `shares them equally among ${String(n)} boxes and keeps only one of the boxes`,
    zh: (n) => `把它们平均分到${String(n)}个盒子里，只留下其中一盒`,
    operand: divisor,
    after: (total, n) => total / n,
  },
]

/** Word problems; the level is a number of steps from 2 to 8. */
export const stories: Family = (random, level, language) => {
  const steps = byLevel(level, [2, 3, 4, 6, 8])
  const name = random.pick(NAMES[language])
  const thing = random.pick(THINGS[language])
  let total = random.between(5, 60)
  const unit = thing.slice(0, 1)
  const isChinese = language === 'zh-CN'
  const sentences = [isChinese ? `${name}有${String(total)}${thing}` : `${name} has ${String(total)} ${thing}`]
  while (sentences.length <= steps) {
    const step = random.pick(STEPS)
    const n = step.operand(random, total)
    if (n === undefined) continue
    const counted = isChinese && /\d$/.test(step.zh(n)) ? unit : ''
    sentences.push(isChinese ? `${step.zh(n)}${counted}` : `${name} ${step.en(n)}`)
    total = step.after(total, n)
  }
  const question = isChinese ? `现在${name}有多少${thing}？` : `How many ${thing} does ${name} have now?`
  return {
    text: isChinese ? `${sentences.join('。')}。${question}` : `${sentences.join('. ')}. ${question}`,
    answer: String(total),
  }
}
