import { describe, expect, it } from 'vitest'
import { svgText, shareChart, pointChart } from './chart'
import { compare, filtered, outcomes, summarise } from './results'
import type { LabItem } from './run'
import { wilson } from './statistics'

const question = (answer: string, level: 1 | 2 = 1) => ({ family: 'arithmetic' as const, level, text: '?', answer })
const item = (at: number, value: string | undefined, change: Partial<LabItem> = {}): LabItem => ({
  run: 'r',
  at,
  state: value === '2' ? 'right' : 'wrong',
  how: 'ended',
  ...(value !== undefined && { value }),
  promptTokens: 10,
  thoughtTokens: 10 * at,
  newTokens: 20,
  prefillMs: 50,
  decodeMs: 100,
  ...change,
})

describe('outcomes', () => {
  it('are those of the votes, once all are there', () => {
    const items = [item(0, '2'), item(1, '3'), item(2, '2'), item(3, '5'), item(4, '2'), item(5, '5'), item(6, '2')]
    expect(outcomes([question('2'), question('2'), question('2')], items, { votes: 3 })).toEqual([
      'right',
      'wrong',
      undefined,
    ])
  })

  it('are failures only where no reply came', () => {
    const failed = { state: 'failed' as const }
    expect(outcomes([question('2')], [item(0, undefined, failed), item(1, '2')], { votes: 2 })).toEqual(['right'])
    expect(outcomes([question('2')], [item(0, undefined, failed)], { votes: 1 })).toEqual(['failed'])
  })
})

describe('summarise', () => {
  const questions = [question('2'), question('2'), question('2', 2), question('2', 2)]
  const items = [
    item(0, '2'),
    item(1, '3'),
    item(2, '3', { how: 'looped' }),
    item(3, undefined, { state: 'failed', newTokens: 0, decodeMs: 0, prefillMs: 0 }),
  ]
  const summary = summarise(questions, items, { votes: 1 })

  it('counts right answers, by family and by level', () => {
    expect(summary.share).toEqual(wilson(1, 4))
    expect(summary.failed).toBe(1)
    expect(summary.byFamily.map(({ name, share }) => [name, share.right, share.total])).toEqual([['arithmetic', 1, 4]])
    expect(summary.byLevel.map(({ name, share }) => [name, share.right, share.total])).toEqual([
      [1, 1, 2],
      [2, 0, 2],
    ])
  })

  it('measures replies that came', () => {
    expect(summary).toMatchObject({ thoughtTokens: 10, newTokens: 60, rate: 200, rightMs: 150, writtenMs: 450 })
  })

  it('shows what more votes bring', () => {
    const votes = [item(0, '3'), item(1, '2'), item(2, '2')]
    const { byVotes } = summarise([question('2')], votes, { votes: 3 })
    expect(byVotes.map(({ name, share }) => [name, share.right])).toEqual([
      [1, 0],
      [2, 0],
      [3, 1],
    ])
  })
})

it('filters', () => {
  const items = [item(0, '2'), item(1, '3', { how: 'looped' }), item(2, '3', { how: 'cut', same: false })]
  expect(filtered(items, 'wrong')).toHaveLength(2)
  expect(filtered(items, 'looped')).toHaveLength(1)
  expect(filtered(items, 'cut')).toHaveLength(1)
  expect(filtered(items, 'differs')).toHaveLength(1)
  expect(filtered(items, 'all')).toHaveLength(3)
})

it('compares question by question, as far as both are finished', () => {
  const a = ['right', 'right', 'wrong', 'failed', 'right'] as const
  const b = ['right', 'wrong', 'right', 'wrong', undefined] as const
  expect(compare(a, b)).toEqual({ both: 1, onlyA: 1, onlyB: 1, neither: 1, differing: [1, 2] })
})

describe('charts', () => {
  const words = { percent: (value: number) => `${String(value * 100)} %`, count: String }

  it('place a share between the ends of its interval, and escape names', () => {
    const svg = svgText(shareChart([{ label: 'a<b>&"c"', share: wilson(5, 10) }], words))
    expect(svg).toContain('a&lt;b&gt;&amp;&quot;c&quot;')
    const [, low = '', high = ''] = /x1="([\d.]+)" y1="15" x2="([\d.]+)" y2="15" class="interval"/.exec(svg) ?? []
    const [, middle = ''] = /cx="([\d.]+)"/.exec(svg) ?? []
    expect([Number(low) < Number(middle), Number(middle) < Number(high)]).toEqual([true, true])
  })

  it('have axes from 0', () => {
    const svg = svgText(
      pointChart(
        [
          { x: 100, y: 40, isMarked: true },
          { x: 50, y: 80 },
        ],
        { x: 'n', y: 'm' },
        words,
      ),
    )
    expect(svg.match(/<circle/g)).toHaveLength(2)
    expect(svg).toContain('>0</text>')
  })

  it('have the labels of points within the drawing, also at its edges', () => {
    const points = [0, 100].map((x) => ({ x, y: 1, bounds: [0.5, 1] as const, label: '10, 11, 12' }))
    const drawing = pointChart(points, { x: 'n', y: 'm' }, words, true)
    const labels = (drawing.children ?? []).flatMap(({ children = [] }) => children.filter(({ tag }) => tag === 'text'))
    expect(labels).toHaveLength(2)
    for (const { attributes } of labels) expect(attributes['y']).toBeGreaterThanOrEqual(Number(attributes['font-size']))
    // Each grows towards the middle.
    expect(labels.map(({ attributes }) => attributes['text-anchor'])).toEqual(['start', 'end'])
  })
})
