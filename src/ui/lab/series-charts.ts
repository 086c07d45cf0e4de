import { m } from '../../i18n'
import { pointChart } from '../../lab/chart'
import type { ResultPage, Table } from '../../lab/result-page'
import { summarise, type Summary } from '../../lab/results'
import type { LabRun } from '../../lab/run'
import type { WholeRun } from '../../lab/lab-store'
import type { Format } from '../format'
import { wordsOf, type LabChart } from './lab-charts'
import { runModelText, settingsText, shareText, stateText, suiteText } from './lab-text'

/** A run of a series with its numbers. */
export interface SettingResult {
  readonly run: LabRun
  readonly summary: Summary
}

const COLUMNS = () => [
  m.lab_series_setting(),
  m.lab_right(),
  m.lab_questions(),
  m.lab_accuracy(),
  m.lab_votes(),
  m.lab_thought_tokens(),
  m.lab_rate(),
  m.lab_right_time(),
]

/** What a setting is called in a series: its number, its model and what was set. @param at its place, from 0 */
export const settingText = (run: LabRun, at: number, format: Format): string =>
  `${format.count(at + 1)} · ${runModelText(run)} · ${settingsText(run, format)}`

/** Every setting in a row, with its numbers. */
export function settingTable(results: readonly SettingResult[], format: Format): Table {
  return {
    columns: COLUMNS(),
    rows: results.map(({ run, summary: { share, thoughtTokens, rate, rightMs } }, at) => [
      settingText(run, at, format),
      format.count(share.right),
      format.count(share.total),
      share.total === 0 ? '–' : shareText(share, format),
      format.count(run.settings.votes),
      thoughtTokens === undefined ? '' : format.count(thoughtTokens),
      rate === undefined ? '' : format.rate(rate),
      rightMs === undefined ? '' : format.duration(rightMs),
    ]),
  }
}

/** Accuracy against the thinking tokens, and against the votes where they differ. */
export function seriesCharts(all: readonly SettingResult[], format: Format): LabChart[] {
  const results = all.map((result, at) => ({ ...result, at })).filter(({ summary }) => summary.share.total > 0)
  const chart = (title: string, axis: string, x: (result: SettingResult) => number): LabChart => {
    const placeOf = (result: SettingResult) => `${String(x(result))} ${String(result.summary.share.value)}`
    const points = results.map((result) => {
      const { value, low, high } = result.summary.share
      // Settings in one place share a label, at the first of them.
      const same = results.filter((other) => placeOf(other) === placeOf(result))
      const isFirst = same[0] === result
      return {
        x: x(result),
        y: value,
        isMarked: true,
        bounds: [low, high] as const,
        ...(isFirst && { label: same.map(({ at }) => format.count(at + 1)).join(', ') }),
      }
    })
    return {
      title,
      drawing: pointChart(points, { x: axis, y: m.lab_accuracy() }, wordsOf(format), true),
      table: {
        columns: [m.lab_series_setting(), axis, m.lab_accuracy()],
        rows: results.map((result) => [
          settingText(result.run, result.at, format),
          format.count(x(result)),
          shareText(result.summary.share, format),
        ]),
      },
      groups: results.map(({ run }) => ({ name: run.id, has: () => true })),
      pickable: true,
    }
  }
  if (results.length < 2) return []
  const votes = new Set(results.map(({ run }) => run.settings.votes))
  return [
    chart(m.lab_against_thought(), m.lab_thought_tokens(), ({ summary }) => summary.thoughtTokens ?? 0),
    ...(votes.size > 1 ? [chart(m.lab_against_votes(), m.lab_votes(), ({ run }) => run.settings.votes)] : []),
  ]
}

/** A whole series in words, for a page of its own. */
export function seriesPage(runs: readonly WholeRun[], locale: string, format: Format): ResultPage {
  const results = runs.map(({ run, questions, items }) => ({ run, summary: summarise(questions, items, run.settings) }))
  const first = runs[0]
  const table = settingTable(results, format)
  return {
    language: locale,
    title: first ? seriesTitle(runs.map(({ run }) => run)) : '',
    facts: table.rows.map(([name = '', , , share = '']) => [name, share] as const),
    charts: seriesCharts(results, format),
    itemsTitle: m.lab_items(),
    items: {
      columns: [m.lab_series_setting(), m.search_question(), m.lab_right(), m.search_answer(), m.lab_filter()],
      rows: runs.flatMap(({ run, questions, items }, at) =>
        items.map((item) => {
          const question = questions[Math.floor(item.at / run.settings.votes)]
          return [
            format.count(at + 1),
            question?.text ?? '',
            question?.answer ?? '',
            item.value ?? m.lab_said_nothing(),
            stateText(item),
          ]
        }),
      ),
    },
  }
}

/** The suite, and how many settings it was asked with. @param runs at least one */
export const seriesTitle = (runs: readonly Pick<LabRun, 'suite'>[]): string =>
  m.lab_series({
    suite: runs[0] ? suiteText(runs[0].suite) : '',
    settings: m.lab_settings_count({ count: runs.length }),
  })
