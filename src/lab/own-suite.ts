import Papa from 'papaparse'
import * as v from 'valibot'
import type { Question } from './question'

/** What is wrong with a file of questions, and the line where it is, counted from 1. */
export interface SuiteProblem {
  readonly line: number
  readonly problem:
    'no-question' | 'no-answer' | 'bad-tolerance' | 'bad-json' | 'no-columns' | 'bad-quotes' | 'empty' | 'too-many'
}

/** A file with more questions is refused. */
const MOST_QUESTIONS = 10_000

const trimmed = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(20_000))
const answer = v.pipe(
  v.union([v.string(), v.pipe(v.number(), v.finite(), v.transform(String))]),
  v.trim(),
  v.minLength(1),
)
const amount = v.pipe(v.number(), v.finite(), v.minValue(0))
/** In a table every cell is text, and an empty one is no value. */
const amountInText = v.pipe(
  v.string(),
  v.trim(),
  v.transform((text) => (text === '' ? undefined : Number(text))),
  v.optional(amount),
)
const rowSchema = v.pipe(
  v.object({ question: trimmed, answer, tolerance: v.optional(v.union([amount, amountInText])) }),
  v.transform(({ question: text, answer: value, tolerance }): Question => ({
    text,
    answer: value,
    ...(tolerance !== undefined && { tolerance }),
  })),
)

const PROBLEMS: Readonly<Record<string, SuiteProblem['problem']>> = {
  question: 'no-question',
  answer: 'no-answer',
  tolerance: 'bad-tolerance',
}

/** Chinese names of the columns of a table. */
const IN_CHINESE: ReadonlyMap<string, string> = new Map([
  ['问题', 'question'],
  ['题目', 'question'],
  ['答案', 'answer'],
  ['误差', 'tolerance'],
])

const columnOf = (name: string): string => {
  const plain = name.trim().toLowerCase()
  return IN_CHINESE.get(plain) ?? plain
}

type Read = { readonly questions: readonly Question[] } | SuiteProblem

/**
 * Reads questions of a person's own: JSON Lines, or CSV with the columns `question`, `answer` and, if wanted, `tolerance`,
 * which may have Chinese names. Nothing is taken from a file that has a wrong line.
 */
export function readSuite(text: string): Read {
  const content = text.replace(/^\uFEFF/, '')
  const rows = content.trimStart().startsWith('{') ? jsonRows(content) : csvRows(content)
  if (!Array.isArray(rows)) return rows
  if (rows.length === 0) return { line: 1, problem: 'empty' }
  if (rows.length > MOST_QUESTIONS) return { line: rows[MOST_QUESTIONS]?.line ?? 1, problem: 'too-many' }
  const questions: Question[] = []
  for (const { line, data } of rows) {
    const result = v.safeParse(rowSchema, data)
    if (!result.success) {
      const field = v.getDotPath(result.issues[0]) ?? 'question'
      return { line, problem: PROBLEMS[field] ?? 'no-question' }
    }
    questions.push(result.output)
  }
  return { questions }
}

type Row = { readonly line: number; readonly data: unknown }

function jsonRows(content: string): Row[] | SuiteProblem {
  const rows: Row[] = []
  for (const [at, text] of content.split('\n').entries()) {
    if (text.trim() === '') continue
    try {
      rows.push({ line: at + 1, data: JSON.parse(text) })
    } catch {
      return { line: at + 1, problem: 'bad-json' }
    }
  }
  return rows
}

function csvRows(content: string): Row[] | SuiteProblem {
  const rows: Row[] = []
  let columns: readonly string[] | undefined
  let problem: SuiteProblem | undefined
  let line = 1
  let read = 0
  Papa.parse<string[]>(content, {
    step: ({ data, errors, meta: { cursor } }, parser) => {
      const at = line
      // A cell may have line breaks of its own.
      line += content.slice(read, cursor).split('\n').length - 1
      read = cursor
      if (errors.some(({ type }) => type === 'Quotes')) problem = { line: at, problem: 'bad-quotes' }
      else if (data.every((cell) => cell.trim() === '')) return
      else if (columns)
        rows.push({ line: at, data: Object.fromEntries(columns.map((name, place) => [name, data[place]])) })
      else {
        columns = data.map(columnOf)
        if (!columns.includes('question') || !columns.includes('answer')) problem = { line: at, problem: 'no-columns' }
      }
      if (problem) parser.abort()
    },
  })
  return problem ?? rows
}
