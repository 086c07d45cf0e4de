import { resultCsv } from '../lab/result-csv'
import { readResult, resultJson, type ResultProblem } from '../lab/result-file'
import { resultPage, type ResultPage } from '../lab/result-page'
import type { WholeRun } from '../lab/lab-store'
import { offerDownload } from '../platform/files'
import { base64, sha256 } from '../platform/sha256'
import type { Lab } from './lab.svelte'

export const RESULT_FORMATS = ['json', 'csv', 'html'] as const
export type ResultFormat = (typeof RESULT_FORMATS)[number]

const TYPES: Readonly<Record<ResultFormat, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  html: 'text/html',
}

const digest = async (text: string) => base64(await sha256(new TextEncoder().encode(text).buffer))

/**
 * Offers a result as a download.
 *
 * @param page the result in words, for a page
 * @throws {AppError} as the store does
 */
export async function saveResult(
  lab: Lab,
  id: string,
  format: ResultFormat,
  page: (whole: WholeRun) => ResultPage,
): Promise<void> {
  const whole = await lab.store.whole(id)
  if (!whole) return
  const text = {
    json: () => resultJson(whole),
    // Spreadsheets take a table without the mark for one of the system's own encoding.
    csv: () => `\uFEFF${resultCsv(whole.run, whole.questions, whole.items)}`,
    html: () => resultPage(page(whole), digest),
  }[format]
  const day = new Date(whole.run.createdAt).toISOString().slice(0, 10)
  const name = `thinktab-lab-${whole.run.suite.name}-${whole.run.model.id}-${day}.${format}`
  offerDownload(new Blob([await text()], { type: TYPES[format] }), name.replace(/[^\w.-]+/g, '-'))
}

/** Adds the run in a file. @returns why it is not taken; undefined if it is */
export async function readResultFile(lab: Lab, file: File): Promise<ResultProblem | undefined> {
  const whole = readResult(await file.text(), crypto.randomUUID())
  if (typeof whole === 'string') return whole
  await lab.add(whole)
  return undefined
}
