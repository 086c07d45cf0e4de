import { byLevel, type Family } from '../question'
import type { Random } from '../random'

/** A program, with the number that it prints. */
interface Program {
  readonly lines: readonly string[]
  readonly prints: number
}

function assignments(random: Random, count: number): Program {
  const values = { a: random.between(2, 20), b: random.between(2, 20) }
  const lines = [`a = ${String(values.a)}`, `b = ${String(values.b)}`]
  for (let step = 0; step < count; step += 1) {
    const name = random.pick(['a', 'b'] as const)
    const other = name === 'a' ? 'b' : 'a'
    const n = random.between(2, 9)
    const [sign, value] = random.pick([
      ['+', values[other] + n],
      ['-', values[other] - n],
    ] as const)
    lines.push(`${name} = ${other} ${sign} ${String(n)}`)
    values[name] = value
  }
  return { lines: [...lines, 'print(a + b)'], prints: values.a + values.b }
}

function loop(random: Random, withChoice: boolean): Program {
  const [start, rounds, step, divisor] = [
    random.between(0, 20),
    random.between(3, 9),
    random.between(2, 9),
    random.between(2, 3),
  ]
  let total = start
  for (let i = 0; i < rounds; i += 1) total += withChoice && i % divisor !== 0 ? -i : step
  const body = withChoice
    ? [`    if i % ${String(divisor)} == 0:`, `        x = x + ${String(step)}`, '    else:', '        x = x - i']
    : [`    x = x + ${String(step)}`]
  return { lines: [`x = ${String(start)}`, `for i in range(${String(rounds)}):`, ...body, 'print(x)'], prints: total }
}

function nested(random: Random): Program {
  const [outer, inner, limit] = [random.between(3, 6), random.between(3, 6), random.between(3, 6)]
  let total = 0
  for (let i = 0; i < outer; i += 1) for (let j = 0; j < inner; j += 1) total += i + j > limit ? i * j : 1
  const lines = [
    'x = 0',
    `for i in range(${String(outer)}):`,
    `    for j in range(${String(inner)}):`,
    `        if i + j > ${String(limit)}:`,
    '            x = x + i * j',
    '        else:',
    '            x = x + 1',
    'print(x)',
  ]
  return { lines, prints: total }
}

/** What a short Python program prints: assignments, then loops, conditions and nested loops. */
export const tracing: Family = (random, level, language) => {
  const { lines, prints } = byLevel(level, [
    () => assignments(random, 2),
    () => assignments(random, 5),
    () => loop(random, false),
    () => loop(random, true),
    () => nested(random),
  ])()
  const code = `\`\`\`python\n${lines.join('\n')}\n\`\`\``
  return {
    text:
      language === 'en' ? `What number does this program print?\n\n${code}` : `这段程序打印出的数是多少？\n\n${code}`,
    answer: String(prints),
  }
}
