import { resultCsv, tableCsv } from '../../lab/result-csv'
import { readResult, resultJson, type ResultProblem } from '../../lab/result-file'
import { resultPage, type ResultPage, type Table } from '../../lab/result-page'
import type { WholeRun } from '../../lab/lab-store'
import { offerDownload } from '../../platform/files'
import { base64, sha256 } from '../../platform/sha256'
import type { Lab } from './lab.svelte'

export const RESULT_FORMATS = ['json', 'csv', 'html'] as const
export type ResultFormat = (typeof RESULT_FORMATS)[number]

const TYPES: Readonly<Record<ResultFormat, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  html: 'text/html',
}

/** Spreadsheets take a table without this mark for one of the system's own encoding. */
const BYTE_ORDER = '\uFEFF'

const digest = async (text: string) => base64(await sha256(new TextEncoder().encode(text).buffer))

/**
 * Offers the results of some runs as one download.
 *
 * @param ids of the runs, at least one
 * @param page the results in words, for a page
 * @throws {AppError} as the store does
 */
export async function saveResults(
  lab: Lab,
  ids: readonly string[],
  format: ResultFormat,
  page: (first: WholeRun, runs: readonly WholeRun[]) => ResultPage,
): Promise<void> {
  const found = await Promise.all(ids.map((id) => lab.store.whole(id)))
  const runs = found.filter((whole) => whole !== undefined)
  const [first] = runs
  if (!first) return
  const text = {
    json: () => resultJson(runs),
    csv: () => BYTE_ORDER + resultCsv(runs),
    html: () => resultPage(page(first, runs), digest),
  }[format]
  const { createdAt, suite, model } = first.run
  const day = new Date(createdAt).toISOString().slice(0, 10)
  const of = runs.length > 1 ? 'series' : model.id
  offer(await text(), TYPES[format], `thinktab-lab-${suite.name}-${of}-${day}.${format}`)
}

/** Offers a table as a download. @param title of what it shows */
export function saveTable(title: string, table: Table): void {
  offer(BYTE_ORDER + tableCsv(table), TYPES.csv, `thinktab-lab-${title}.csv`)
}

const offer = (text: string, type: string, name: string) => {
  offerDownload(new Blob([text], { type }), name.replace(/[^\p{L}\p{N}.-]+/gu, '-'))
}

/** Adds the runs in a file. @returns why it is not taken; undefined if it is */
export async function readResultFile(lab: Lab, file: File): Promise<ResultProblem | undefined> {
  const runs = readResult(await file.text(), () => crypto.randomUUID())
  if (typeof runs === 'string') return runs
  await lab.add(runs)
  return undefined
}
