import Papa from 'papaparse'
import type { WholeRun } from './lab-store'
import type { Table } from './result-page'
import { questionAt, seedAt } from './run'

/** Cells that a spreadsheet would take for a formula are made text. */
const SAFE = { escapeFormulae: /^[=+@\t\r]|^-(?![\d.])/ }

/** The items of runs as a table. */
export function resultCsv(runs: readonly WholeRun[]): string {
  return Papa.unparse(runs.flatMap(rowsOf), SAFE)
}

/** A table, such as that of a chart. */
export const tableCsv = ({ columns, rows }: Table): string =>
  Papa.unparse({ fields: [...columns], data: rows.map((row) => [...row]) }, SAFE)

function rowsOf({ run, questions, items }: WholeRun) {
  const { model, settings } = run
  return items.map((item) => {
    const place = questionAt(item.at, settings)
    const [question] = questions.slice(place, place + 1)
    return {
      model: model.name,
      effort: settings.effort,
      temperature: settings.temperature,
      votes: settings.votes,
      item: item.at + 1,
      family: question?.family ?? '',
      level: question?.level ?? '',
      question: question?.text ?? '',
      right_answer: question?.answer ?? '',
      value: item.value ?? '',
      state: item.state,
      ended: item.how,
      seed: seedAt(item.at, settings),
      prompt_tokens: item.promptTokens,
      thought_tokens: item.thoughtTokens,
      new_tokens: item.newTokens,
      prefill_ms: Math.round(item.prefillMs),
      decode_ms: Math.round(item.decodeMs),
      same_tokens: item.same ?? '',
      error: item.error?.code ?? '',
    }
  })
}
