import * as v from 'valibot'
import type { WholeRun } from './lab-store'
import { itemSchema, questionSchema, runSchema, textSchema } from './lab-record'
import { itemsOf } from './run'

/** The name and the version of the form. Version 1 held one run, without a list around it. */
const FORMAT = 'thinktab-lab-result'
const VERSION = 2

const wholeSchema = v.object({
  run: runSchema,
  questions: v.pipe(v.array(questionSchema), v.minLength(1)),
  items: v.array(itemSchema),
  texts: v.array(textSchema),
})
type Whole = v.InferOutput<typeof wholeSchema>
const fileSchema = v.union([
  v.pipe(
    v.object({ version: v.literal(1), ...wholeSchema.entries }),
    v.transform(({ version: _, ...whole }) => [whole]),
  ),
  v.pipe(
    v.object({ version: v.literal(VERSION), runs: v.pipe(v.array(wholeSchema), v.minLength(1)) }),
    v.transform(({ runs }) => runs),
  ),
])

/** Why a file is not taken. */
export type ResultProblem = 'not-json' | 'unknown-format' | 'newer-version' | 'damaged'

/** Runs as a file: questions, settings, environment and every reply with its token ids. */
export function resultJson(runs: readonly WholeRun[]): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, runs }, null, 1)
}

/**
 * Reads such a file, of this version or an earlier one. The runs get ids of their own, so that they change nothing that is
 * here; those of one series stay together.
 *
 * @param newId makes an id
 */
export function readResult(text: string, newId: () => string): readonly WholeRun[] | ResultProblem {
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
  if (!result.success || !result.output.every(isWhole)) return 'damaged'
  const series = newId()
  return result.output.map((whole) => asOwn(whole, newId(), series))
}

function asOwn({ run, questions, items, texts }: Whole, id: string, series: string): WholeRun {
  const { again: _, series: before, ...rest } = run
  return {
    run: {
      ...rest,
      id,
      ...(before !== undefined && { series }),
      imported: true,
      state: run.state === 'running' ? 'paused' : run.state,
    },
    questions,
    items: items.map((item) => ({ ...item, run: id })),
    texts: texts.map((one) => ({ ...one, run: id })),
  }
}

/** Whether the parts belong together: each item once, in order, and as many as the run says. */
function isWhole({ run, questions, items, texts }: Whole): boolean {
  const places = new Set(items.map(({ at }) => at))
  return (
    run.questions === questions.length &&
    run.finished === items.length &&
    run.finished <= itemsOf(run) &&
    items.every(({ at }, place) => at === place) &&
    texts.every(({ at }) => places.has(at))
  )
}
