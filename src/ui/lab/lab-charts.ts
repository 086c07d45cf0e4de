import { m } from '../../i18n'
import { pointChart, shareChart, type ChartWords, type SvgNode } from '../../lab/chart'
import type { Question } from '../../lab/question'
import type { ResultPage, Table } from '../../lab/result-page'
import { summarise, type GroupShare, type Summary } from '../../lab/results'
import { questionAt, type LabItem, type LabRun, type RunEnvironment } from '../../lab/run'
import type { WholeRun } from '../../lab/lab-store'
import type { Format } from '../format'
import { settingsText, shareText, stateText, suiteText, SUITE_TEXTS } from './lab-text'

/** Replies to some of the questions, or some of the replies. */
export interface Group {
  readonly name: string
  readonly has: (question: Question | undefined, thoughtTokens: number, at: number) => boolean
}

/** A chart, its table, and the replies that each row stands for. */
export interface LabChart {
  readonly title: string
  readonly drawing: SvgNode
  readonly table: Table
  readonly groups: readonly Group[]
  /** Whether a row stands for replies that can be listed. */
  readonly pickable: boolean
}

/** A scatter of more points is too dense to read, and slow to draw. */
const MOST_POINTS = 200

/** How numbers of a chart are said. */
export const wordsOf = (format: Format): ChartWords => ({
  percent: (value) => format.percent(value),
  count: (value) => format.count(value),
})

/** The charts of a run; those that would have one row are left out. */
export function chartsOf(summary: Summary, items: readonly LabItem[], format: Format): LabChart[] {
  const shares = <Name>(
    title: string,
    groups: readonly GroupShare<Name>[],
    labelOf: (name: Name) => string,
    has?: (name: Name) => Group['has'],
  ): LabChart[] => {
    if (groups.length < 2) return []
    const rows = groups.map(({ name, share }) => ({ label: labelOf(name), share }))
    return [
      {
        title,
        drawing: shareChart(rows, wordsOf(format)),
        table: {
          columns: [m.lab_group(), m.lab_right(), m.lab_questions(), m.lab_accuracy()],
          rows: rows.map(({ label, share }) => [
            label,
            format.count(share.right),
            format.count(share.total),
            shareText(share, format),
          ]),
        },
        groups: has ? groups.map(({ name }) => ({ name: labelOf(name), has: has(name) })) : [],
        pickable: has !== undefined,
      },
    ]
  }
  const fourths = summary.byThought.map(({ name }) => name)
  const fourthOf = (tokens: number) =>
    fourths.reduce((best, next) => (Math.abs(next - tokens) < Math.abs(best - tokens) ? next : best), fourths[0] ?? 0)
  return [
    ...shares(
      m.lab_by_family(),
      summary.byFamily,
      (name) => SUITE_TEXTS[name][0](),
      (name) => (question) => question?.family === name,
    ),
    ...shares(
      m.lab_by_level(),
      summary.byLevel,
      (level) => `${m.lab_level()} ${format.count(level)}`,
      (level) => (question) => question?.level === level,
    ),
    ...shares(m.lab_by_votes(), summary.byVotes, (votes) => format.count(votes)),
    ...shares(
      m.lab_by_thought(),
      summary.byThought,
      (tokens) => m.lab_by_thought_row({ tokens: format.count(Math.round(tokens)) }),
      (tokens) => (_question, own) => fourthOf(own) === tokens,
    ),
    ...rates(items, format),
  ]
}

/** Tokens a second over the tokens of prompt and reply. */
function rates(items: readonly LabItem[], format: Format): LabChart[] {
  const timed = items.filter(({ decodeMs, newTokens }) => decodeMs > 0 && newTokens > 1)
  if (timed.length < 2) return []
  const step = Math.max(1, timed.length / MOST_POINTS)
  const shown = timed.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step))
  const points = shown.map((item) => ({
    x: item.promptTokens + item.newTokens,
    y: (1000 * item.newTokens) / item.decodeMs,
    isMarked: item.state === 'right',
  }))
  return [
    {
      title: m.lab_by_context(),
      drawing: pointChart(points, { x: m.lab_context(), y: m.lab_rate() }, wordsOf(format)),
      table: {
        columns: [m.lab_reply(), m.lab_context(), m.lab_rate()],
        rows: points.map(({ x, y }, place) => [
          format.count((shown[place]?.at ?? 0) + 1),
          format.count(x),
          format.rate(y),
        ]),
      },
      // Each point is a row of the table, whose button a keyboard reaches.
      groups: shown.map(({ at }) => ({
        name: `${m.lab_items()} ${format.count(at + 1)}`,
        has: (_q, _t, own) => own === at,
      })),
      pickable: true,
    },
  ]
}

/** The numbers of a run, a line each. */
export function factsOf(run: LabRun, summary: Summary, format: Format): (readonly [string, string])[] {
  const { share, thoughtTokens, rate, rightMs, writtenMs } = summary
  const { environment, again } = run
  const optional = (name: string, value: string | undefined): (readonly [string, string])[] =>
    value === undefined ? [] : [[name, value]]
  return [
    [m.lab_score({ right: format.count(share.right), total: format.count(share.total) }), shareText(share, format)],
    ...optional(m.lab_thought_tokens(), thoughtTokens === undefined ? undefined : format.count(thoughtTokens)),
    ...optional(m.lab_right_time(), rightMs === undefined ? undefined : format.duration(rightMs)),
    ...optional(m.lab_rate(), rate === undefined ? undefined : format.rate(rate)),
    [m.lab_total_time(), format.duration(writtenMs)],
    ...optional(
      m.lab_same(),
      again && m.lab_same_of({ same: format.count(again.same), finished: format.count(run.finished) }),
    ),
    ...optional(
      m.lab_engine(),
      environment &&
        [engineText(environment), environment.quantization, environment.adapter].filter(Boolean).join(' · '),
    ),
  ]
}

const engineText = ({ engine }: RunEnvironment) => (engine === 'webllm' ? m.ran_on_gpu() : m.ran_on_processor())

/** A whole run in words, for a page of its own. */
export function pageOf({ run, questions, items }: WholeRun, locale: string, format: Format): ResultPage {
  const summary = summarise(questions, items, run.settings)
  const question = (at: number): Question | undefined => questions[questionAt(at, run.settings)]
  return {
    language: locale,
    title: `${suiteText(run.suite)} · ${run.model.name}`,
    facts: [
      ...factsOf(run, summary, format),
      [m.lab_settings(), settingsText(run, format)],
      ...(run.environment ? [[m.lab_browser(), run.environment.browser] as const] : []),
    ],
    charts: chartsOf(summary, items, format),
    itemsTitle: m.lab_items(),
    items: {
      columns: [m.search_question(), m.lab_right(), m.search_answer(), m.lab_filter()],
      rows: items.map((item) => [
        question(item.at)?.text ?? '',
        question(item.at)?.answer ?? '',
        item.value ?? m.lab_said_nothing(),
        stateText(item),
      ]),
    },
  }
}
