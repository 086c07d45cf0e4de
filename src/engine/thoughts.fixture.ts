/** Thoughts from seeded generators: honest ones that repeat as honest work does, and ones that go round in circles. */

type Random = (below: number) => number

/** mulberry32: whole numbers from 0 up to a bound. */
export function seeded(seed: number): Random {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)] as T

const WORDS =
  'number value sum term factor step case side length angle triangle point line graph node edge path cost time speed distance train ticket price apple box row column digit remainder square root prime even odd first second last total rest left right inside outside before after under over between'.split(
    ' ',
  )
const VERBS = 'gives equals exceeds divides contains shares needs leaves reaches repeats covers misses matches'.split(
  ' ',
)
const HAN =
  '数值和差积商余项边角点线图路时间速度距离火车票价苹果盒行列位根质偶奇首末总剩左右内外前后上下之间乘除加减得出因此所以如果那么已知求解设为代入化简整理验证结果方程变量条件符合满足'

const sentence = (random: Random) =>
  `the ${pick(random, WORDS)} ${random(900)} ${pick(random, VERBS)} the ${pick(random, WORDS)} of ${pick(random, WORDS)} ${random(900)}`
const han = (random: Random, length: number) => Array.from({ length }, () => pick(random, Array.from(HAN))).join('')

type Thought = (random: Random) => string

/** Work that looks repetitive, but is not stuck. */
export const HONEST: Readonly<Record<string, Thought>> = {
  'prose that takes back now and then': (random) =>
    Array.from({ length: 60 }, (_, index) =>
      index % 3 === 0
        ? `Wait, ${sentence(random)}, so ${sentence(random)}.`
        : `So ${sentence(random)}. Then ${sentence(random)}.`,
    ).join('\n\n'),
  'one doubt after the other, each about something else': (random) =>
    Array.from(
      { length: 50 },
      () => `${pick(random, ['Wait', 'But wait', 'Hmm', 'Alternatively'])}, ${sentence(random)}; ${sentence(random)}.`,
    ).join('\n\n'),
  'cases by number': (random) => {
    const start = random(50)
    return Array.from({ length: 150 }, (_, at) => {
      const n = start + at
      return `If n = ${n}, then n^2 + n = ${n * n + n}, which is ${(n * n + n) % 3 === 0 ? '' : 'not '}divisible by 3.`
    }).join('\n')
  },
  'a table of products': (random) => {
    const by = 2 + random(90)
    return Array.from({ length: 120 }, (_, at) => `${at} x ${by} = ${at * by}`).join('\n')
  },
  'a long sum digit by digit, with zeros': (random) =>
    Array.from({ length: 90 }, (_, at) => {
      const [a, b] = at % 9 < 4 ? [0, 0] : [random(10), random(10)]
      return `${a}+${b}=${a + b}`
    }).join('\n'),
  'code, written twice': (random) => {
    const code = Array.from(
      { length: 40 },
      (_, at) => `    ${pick(random, WORDS)}_${at} = ${pick(random, WORDS)}(${random(99)}, ${random(99)})`,
    ).join('\n')
    return `Let me write it.\n\ndef solve():\n${code}\n\nWait, let me check it.\n${Array.from({ length: 12 }, () => `${sentence(random)}.`).join('\n')}\n\nThe final code:\n\ndef solve():\n${code}\n`
  },
  'a letter after the other': (random) => {
    const word = Array.from({ length: 40 }, () => pick(random, Array.from('abcdefghijklmnop'))).join('')
    return Array.from(word)
      .map((letter, at) => `Letter ${at + 1}: ${letter}${letter === 'r' ? ', which is an r' : ', not an r'}`)
      .join('\n')
  },
  中文推导: (random) =>
    Array.from(
      { length: 60 },
      (_, at) =>
        `${at % 4 === 0 ? '等等，' : ''}${han(random, 12)}，${han(random, 10)}${random(900)}，${han(random, 9)}。`,
    ).join('\n\n'),
  'a grid that is drawn': (random) =>
    Array.from({ length: 24 }, () => Array.from({ length: 12 }, () => pick(random, ['.', '#', 'o'])).join(' ')).join(
      '\n',
    ),
  'the same check of different values': (random) =>
    Array.from({ length: 60 }, () => {
      const a = random(900)
      return `Let me verify: ${a} / 7 = ${(a / 7).toFixed(3)}, so the remainder is ${a % 7}.`
    }).join('\n'),
}

/** Thoughts that are stuck; each begins with honest work. */
export const LOOPING: Readonly<Record<string, Thought>> = {
  'one sentence for ever': (random) => repeated(random, `Wait, ${sentence(random)}.\n\n`, 60),
  'one word for ever': (random) => repeated(random, `${pick(random, WORDS)} `, 600),
  'a paragraph for ever': (random) =>
    repeated(random, `${Array.from({ length: 9 }, () => `So ${sentence(random)}.`).join(' ')}\n\n`, 14),
  'two paragraphs in turn': (random) =>
    repeated(random, `But ${sentence(random)}.\n\nAlternatively, ${sentence(random)}.\n\n`, 40),
  'the same doubts in another order': (random) => {
    const doubts = Array.from({ length: 5 }, () => `${sentence(random)}, so ${sentence(random)}`)
    return `${start(random)}\n\n${Array.from({ length: 70 }, () => `${pick(random, ['Wait', 'Hmm', 'But wait'])}, ${pick(random, doubts)}.`).join('\n\n')}`
  },
  同一句话: (random) => repeated(random, `等等，${han(random, 22)}，${han(random, 12)}。\n\n`, 60),
  来回怀疑: (random) => {
    const doubts = Array.from({ length: 4 }, () => `${han(random, 14)}，${han(random, 10)}`)
    return `${start(random)}\n\n${Array.from({ length: 70 }, () => `${pick(random, ['等等', '不对', '但是，等等'])}，${pick(random, doubts)}。`).join('\n\n')}`
  },
  'a list that comes again': (random) =>
    repeated(random, `${Array.from({ length: 12 }, (_, at) => `${at + 1}. ${sentence(random)}`).join('\n')}\n\n`, 12),
}

const start = (random: Random) => Array.from({ length: 8 }, () => `So ${sentence(random)}.`).join('\n\n')

const repeated = (random: Random, text: string, times: number) => `${start(random)}\n\n${text.repeat(times)}`

/**
 * Text as tokens, roughly as large vocabularies cut it: words with the space before them, single digits, single signs.
 */
export function* tokensOf(text: string): Generator<readonly [id: number, text: string]> {
  const ids = new Map<string, number>()
  for (const [piece] of text.matchAll(/ ?[A-Za-z]+|\p{Script=Han}|\d|\n+| |[^]/gu)) {
    const id = ids.get(piece) ?? ids.size
    ids.set(piece, id)
    yield [id, piece]
  }
}
