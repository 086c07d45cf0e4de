type Variables = Map<string, number>

/** Runs the program in a question, line by line, and gives what it prints. It knows as much of Python as `tracing` uses. */
export function runProgram(text: string): string {
  const [, code = ''] = /```python\n([\s\S]*?)\n```/.exec(text) ?? []
  const printed: string[] = []
  run(code.split('\n'), new Map(), printed)
  return printed.join(' ')
}

const indentOf = (line: string) => line.length - line.trimStart().length

function run(lines: readonly string[], variables: Variables, printed: string[]): void {
  for (let at = 0; at < lines.length; at += 1) {
    const line = (lines[at] ?? '').trim()
    const body = bodyAfter(lines, at)
    const [, name = '', count] = /^for (\w) in range\((\d+)\):$/.exec(line) ?? []
    const [, condition] = /^if (.*):$/.exec(line) ?? []
    if (count !== undefined) for (let k = 0; k < Number(count); k += 1) run(body, variables.set(name, k), printed)
    else if (condition !== undefined) {
      const otherwise = bodyAfter(lines, at + body.length + 1)
      run(value(condition, variables) === 1 ? body : otherwise, variables, printed)
      at += otherwise.length + 1
    } else assignOrPrint(line, variables, printed)
    at += body.length
  }
}

function bodyAfter(lines: readonly string[], at: number): string[] {
  const end = lines.findIndex((line, place) => place > at && indentOf(line) <= indentOf(lines[at] ?? ''))
  return lines.slice(at + 1, end === -1 ? undefined : end)
}

function assignOrPrint(line: string, variables: Variables, printed: string[]): void {
  const [, name, expression] = /^(\w) = (.*)$/.exec(line) ?? []
  const [, shown] = /^print\((.*)\)$/.exec(line) ?? []
  if (name !== undefined && expression !== undefined) variables.set(name, value(expression, variables))
  else if (shown !== undefined) printed.push(String(value(shown, variables)))
  else throw new Error(`Unknown line: ${line}`)
}

/** From the weakest operator to the strongest; each splits at its last place. */
const OPERATORS: readonly (readonly [string, (a: number, b: number) => number])[] = [
  [' == ', (a, b) => Number(a === b)],
  [' > ', (a, b) => Number(a > b)],
  [' + ', (a, b) => a + b],
  [' - ', (a, b) => a - b],
  [' * ', (a, b) => a * b],
  [' % ', (a, b) => a % b],
]

function value(expression: string, variables: Variables): number {
  for (const [sign, apply] of OPERATORS) {
    const at = expression.lastIndexOf(sign)
    if (at !== -1)
      return apply(value(expression.slice(0, at), variables), value(expression.slice(at + sign.length), variables))
  }
  const known = variables.get(expression.trim()) ?? Number(expression)
  if (Number.isNaN(known)) throw new Error(`Unknown: ${expression}`)
  return known
}
