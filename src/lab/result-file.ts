import * as v from 'valibot'
import type { WholeRun } from './lab-store'
import { itemSchema, questionSchema, runSchema, textSchema } from './lab-record'
import { itemsOf } from './run'

/** The name and the version of the form. */
const FORMAT = 'thinktab-lab-result'
const VERSION = 1

const fileSchema = v.object({
  format: v.literal(FORMAT),
  version: v.literal(VERSION),
  run: runSchema,
  questions: v.pipe(v.array(questionSchema), v.minLength(1)),
  items: v.array(itemSchema),
  texts: v.array(textSchema),
})

/** Why a file is not taken. */
export type ResultProblem = 'not-json' | 'unknown-format' | 'newer-version' | 'damaged'

/** A run as a file: questions, settings, environment and every reply with its token ids. */
export function resultJson({ run, questions, items, texts }: WholeRun): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, run, questions, items, texts }, null, 1)
}

/**
 * Reads such a file. The run gets an id of its own, so that it changes nothing that is here.
 *
 * @param id the new id
 */
export function readResult(text: string, id: string): WholeRun | ResultProblem {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    return 'not-json'
  }
  const { format, version } = v.parse(
    v.fallback(v.object({ format: v.unknown(), version: v.unknown() }), { format: undefined, version: undefined }),
    data,
  )
  if (format !== FORMAT) return 'unknown-format'
  if (typeof version === 'number' && version > VERSION) return 'newer-version'
  const result = v.safeParse(fileSchema, data)
  if (!result.success || !isWhole(result.output)) return 'damaged'
  const { run, questions, items, texts } = result.output
  const { again: _, ...rest } = run
  return {
    run: { ...rest, id, imported: true, state: run.state === 'running' ? 'paused' : run.state },
    questions,
    items: items.map((item) => ({ ...item, run: id })),
    texts: texts.map((one) => ({ ...one, run: id })),
  }
}

/** Whether the parts belong together: each item once, in order, and as many as the run says. */
function isWhole({ run, questions, items, texts }: v.InferOutput<typeof fileSchema>): boolean {
  const places = new Set(items.map(({ at }) => at))
  return (
    run.questions === questions.length &&
    run.finished === items.length &&
    run.finished <= itemsOf(run) &&
    items.every(({ at }, place) => at === place) &&
    texts.every(({ at }) => places.has(at))
  )
}
