import Papa from 'papaparse'
import type { Question } from './question'
import { questionAt, seedAt, type LabItem, type LabRun } from './run'

/** The items of a run as a table. Cells that a spreadsheet would take for a formula are made text. */
export function resultCsv(run: LabRun, questions: readonly Question[], items: readonly LabItem[]): string {
  const rows = items.map((item) => {
    const place = questionAt(item.at, run.settings)
    const [question] = questions.slice(place, place + 1)
    return {
      item: item.at + 1,
      family: question?.family ?? '',
      level: question?.level ?? '',
      question: question?.text ?? '',
      right_answer: question?.answer ?? '',
      value: item.value ?? '',
      state: item.state,
      ended: item.how,
      seed: seedAt(item.at, run.settings),
      prompt_tokens: item.promptTokens,
      thought_tokens: item.thoughtTokens,
      new_tokens: item.newTokens,
      prefill_ms: Math.round(item.prefillMs),
      decode_ms: Math.round(item.decodeMs),
      same_tokens: item.same ?? '',
      error: item.error?.code ?? '',
    }
  })
  return Papa.unparse(rows, { escapeFormulae: /^[=+@\t\r]|^-(?![\d.])/ })
}
