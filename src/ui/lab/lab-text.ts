import { m } from '../../i18n'
import type { ResultProblem } from '../../lab/result-file'
import type { Filter } from '../../lab/results'
import type { SuiteProblem } from '../../lab/own-suite'
import type { LabItem, LabRun, SuiteOrigin } from '../../lab/run'
import type { Entry, RunModel } from '../../lab/series'
import type { SuiteName } from '../../lab/suites'
import type { Share } from '../../lab/statistics'
import type { Format } from '../format'
import { effortText } from '../settings/reply-texts'

/** The name of each suite and family, and what it is about. */
export const SUITE_TEXTS: Readonly<Record<SuiteName, readonly [name: () => string, what: () => string]>> = {
  first: [m.lab_first, m.lab_first_what],
  all: [m.lab_all, m.lab_all_what],
  arithmetic: [m.lab_arithmetic, m.lab_arithmetic_what],
  decimals: [m.lab_decimals, m.lab_decimals_what],
  letters: [m.lab_letters, m.lab_letters_what],
  stories: [m.lab_stories, m.lab_stories_what],
  order: [m.lab_order, m.lab_order_what],
  grids: [m.lab_grids, m.lab_grids_what],
  dates: [m.lab_dates, m.lab_dates_what],
  clocks: [m.lab_clocks, m.lab_clocks_what],
  prices: [m.lab_prices, m.lab_prices_what],
  tracing: [m.lab_tracing, m.lab_tracing_what],
  remainders: [m.lab_remainders, m.lab_remainders_what],
  classics: [m.lab_classics, m.lab_classics_what],
}

export const suiteText = ({ name, title = '' }: SuiteOrigin): string =>
  name === 'own' ? title : SUITE_TEXTS[name][0]()

export const FILTER_TEXTS: Readonly<Record<Filter, () => string>> = {
  all: m.lab_filter_all,
  right: m.lab_filter_right,
  wrong: m.lab_filter_wrong,
  looped: m.lab_filter_looped,
  cut: m.lab_filter_cut,
  failed: m.lab_filter_failed,
  differs: m.lab_filter_differs,
}

const LINE_PROBLEMS: Readonly<Record<SuiteProblem['problem'], () => string>> = {
  'no-question': m.lab_line_no_question,
  'no-answer': m.lab_line_no_answer,
  'bad-tolerance': m.lab_line_bad_tolerance,
  'bad-json': m.lab_line_bad_json,
  'no-columns': m.lab_line_no_columns,
  'bad-quotes': m.lab_line_bad_quotes,
  empty: m.lab_line_empty,
  'too-many': m.lab_line_too_many,
}

/** What is wrong with a file of questions, and where. */
export const lineText = ({ line, problem }: SuiteProblem, format: Format): string =>
  m.lab_line({ line: format.count(line), problem: LINE_PROBLEMS[problem]() })

/** Why a file with a result is not taken. */
export const FILE_PROBLEMS: Readonly<Record<ResultProblem, (inputs: { file: string }) => string>> = {
  'not-json': m.lab_import_not_json,
  'unknown-format': m.lab_import_unknown,
  'newer-version': m.lab_import_newer,
  damaged: m.lab_import_damaged,
}

/** A share with its interval. */
export const shareText = ({ value, low, high }: Share, format: Format): string =>
  m.lab_interval({ share: format.percent(value), low: format.percent(low), high: format.percent(high) })

/** The settings of a run in one line. */
export function settingsText({ settings }: Pick<LabRun, 'settings'>, format: Format): string {
  const { effort, temperature, seed, votes } = settings
  const said = m.lab_settings_said({
    effort: effortText(effort, format),
    temperature: String(temperature),
    seed: String(seed),
  })
  return votes > 1 ? `${said} · ${m.lab_votes_said({ count: format.count(votes) })}` : said
}

/** A model, with its engine where a run must have it. */
export function modelText({ name, engine }: RunModel): string {
  if (!engine) return name
  return engine === 'webgpu' ? m.lab_model_on_gpu({ name }) : m.lab_model_on_processor({ name })
}

/** The model of a run, with its engine where it was chosen. */
export const runModelText = ({ model, engine }: Pick<LabRun, 'model' | 'engine'>): string =>
  modelText({ ...model, ...(engine && { engine }) })

/** How long something takes. @param ms undefined if nothing is known */
export const estimateText = (ms: number | undefined, format: Format): string =>
  ms === undefined ? m.lab_estimate_none() : m.lab_estimate({ duration: format.duration(ms) })

/** How a reply was graded, and how it ended if not by itself. */
export function stateText({ state, how }: Pick<LabItem, 'state' | 'how'>): string {
  const graded = FILTER_TEXTS[state]()
  return how === 'ended' ? graded : `${graded} · ${FILTER_TEXTS[how]()}`
}

/** What scripts find a series by and read of it, wherever it is drawn. */
export const seriesData = ({ id, runs }: Entry) => {
  const sum = (amount: (run: LabRun) => number) => runs.reduce((total, run) => total + amount(run), 0)
  const isOn = runs.some(({ state }) => state === 'running')
  return {
    'data-testid': 'lab-result',
    'data-series': id,
    'data-suite': runs[0].suite.name,
    'data-state': isOn ? 'running' : runs.every(({ state }) => state === 'done') ? 'done' : 'paused',
    'data-right': sum(({ right }) => right),
    'data-wrong': sum(({ wrong }) => wrong),
    'data-finished': sum(({ finished }) => finished),
    'data-total': sum(({ questions }) => questions),
  }
}

/** What scripts find a run by and read of it (docs/automation.md), wherever it is drawn. */
export const resultData = ({ id, suite, state, right, wrong, finished, questions }: LabRun) => ({
  'data-testid': 'lab-result',
  'data-run': id,
  'data-suite': suite.name,
  'data-state': state,
  'data-right': right,
  'data-wrong': wrong,
  'data-finished': finished,
  'data-total': questions,
})
