import { scaleLinear } from 'd3-scale'
import type { Share } from './statistics'

/**
 * A drawing as data: the page makes elements of it, and a file its text. Colours are classes, so that each place has its own.
 */
export interface SvgNode {
  readonly tag: 'svg' | 'g' | 'line' | 'circle' | 'text'
  readonly attributes: Readonly<Record<string, string | number>>
  readonly text?: string
  readonly children?: readonly SvgNode[]
}

/** Numbers of a chart in words. */
export interface ChartWords {
  /** @param value 0..1 */
  readonly percent: (value: number) => string
  readonly count: (value: number) => string
}

const WIDTH = 360
const ROW = 26
const LABELS = 118
const VALUES = 44
const FONT = 11

const node = (tag: SvgNode['tag'], attributes: SvgNode['attributes'], children?: readonly SvgNode[]): SvgNode => ({
  tag,
  attributes,
  ...(children && { children }),
})
const text = (x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end' = 'start'): SvgNode => ({
  tag: 'text',
  attributes: { x, y, 'text-anchor': anchor, 'font-size': FONT, class: 'label' },
  text: words,
})
const line = (x1: number, y1: number, x2: number, y2: number, name: string) =>
  node('line', { x1, y1, x2, y2, class: name })

/** A named share, a row of a chart. */
export interface ShareRow {
  readonly label: string
  readonly share: Share
}

/** Shares with their intervals, a row each, from 0 to 100 %. */
export function shareChart(rows: readonly ShareRow[], { percent }: ChartWords): SvgNode {
  const x = scaleLinear([0, 1], [LABELS, WIDTH - VALUES])
  const height = rows.length * ROW + 22
  const bottom = rows.length * ROW + 4
  const grid = [0, 0.5, 1].flatMap((tick) => [
    line(x(tick), 2, x(tick), bottom, 'grid'),
    text(x(tick), height - 4, percent(tick), 'middle'),
  ])
  const marks = rows.map(({ label, share }, at) => {
    const y = at * ROW + ROW / 2 + 2
    return node('g', { class: 'mark', 'data-at': at }, [
      text(0, y + 4, label),
      line(x(share.low), y, x(share.high), y, 'interval'),
      node('circle', { cx: x(share.value), cy: y, r: 4.5, class: 'point' }),
      text(WIDTH, y + 4, percent(share.value), 'end'),
    ])
  })
  return node('svg', { viewBox: `0 0 ${String(WIDTH)} ${String(height)}`, width: WIDTH, height }, [...grid, ...marks])
}

/** A point of a chart with two axes. */
export interface ChartPoint {
  readonly x: number
  readonly y: number
  /** Whether it is one of those that the reader looks for. */
  readonly isMarked?: boolean
  /** The ends of its interval. */
  readonly bounds?: readonly [low: number, high: number]
  /** A word or two beside it. */
  readonly label?: string
}

const PLOT = { left: 40, top: FONT + 7, right: WIDTH - 16, bottom: 170, height: 206 }

/**
 * Points over two axes that begin at 0.
 *
 * @param names of the axes
 * @param shares whether y is a share, from 0 to 100 %
 */
export function pointChart(
  points: readonly ChartPoint[],
  names: { x: string; y: string },
  { count, percent }: ChartWords,
  shares = false,
): SvgNode {
  const most = (of: (point: ChartPoint) => number) => points.reduce((top, point) => Math.max(top, of(point)), 1)
  const x = scaleLinear([0, most((point) => point.x)], [PLOT.left, PLOT.right]).nice(4)
  const y = scaleLinear([0, shares ? 1 : most((point) => point.y)], [PLOT.bottom, PLOT.top]).nice(4)
  const grid = [
    ...x
      .ticks(4)
      .flatMap((tick) => [
        line(x(tick), PLOT.top, x(tick), PLOT.bottom, 'grid'),
        text(x(tick), PLOT.bottom + 15, count(tick), 'middle'),
      ]),
    ...y
      .ticks(4)
      .flatMap((tick) => [
        line(PLOT.left, y(tick), PLOT.right, y(tick), 'grid'),
        text(PLOT.left - 5, y(tick) + 4, shares ? percent(tick) : count(tick), 'end'),
      ]),
    text((PLOT.left + PLOT.right) / 2, PLOT.height - 5, names.x, 'middle'),
  ]
  const marks = points.map((point, at) => {
    const [cx, cy] = [x(point.x), y(point.y)]
    const circle = { cx, cy, r: 3.5, class: point.isMarked ? 'point mark' : 'faint point mark', 'data-at': at }
    const { bounds, label } = point
    // A label stands on the side of its point that has more room.
    const [beside, anchor] = cx > (PLOT.left + PLOT.right) / 2 ? ([-5, 'end'] as const) : ([5, 'start'] as const)
    if (!bounds) return node('circle', circle)
    return node('g', { class: 'mark', 'data-at': at }, [
      line(cx, y(bounds[0]), cx, y(bounds[1]), 'thin interval'),
      node('circle', circle),
      ...(label === undefined ? [] : [text(cx + beside, cy - 5, label, anchor)]),
    ])
  })
  const size = { viewBox: `0 0 ${String(WIDTH)} ${String(PLOT.height)}`, width: WIDTH, height: PLOT.height }
  return node('svg', size, [...grid, ...marks])
}

/** Text for HTML. */
export const escaped = (words: string): string =>
  words.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? '')

/** A drawing as SVG for an HTML file. */
export function svgText({ tag, attributes, text: words = '', children = [] }: SvgNode): string {
  const given = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
  return `<${tag}${given.join('')}>${escaped(words)}${children.map(svgText).join('')}</${tag}>`
}
