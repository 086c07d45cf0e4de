import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReasoningParser, splitReply, type Segment } from './think-parser'

const piece = fc.constantFrom(
  '<think>',
  '</think>',
  '<',
  '</',
  'think',
  '>',
  '\n',
  ' ',
  'a',
  '7+6=13',
  '`<think>`',
  '思考',
  '😀',
)
const reply = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''))

function parse(deltas: readonly string[], opened: boolean): Segment[] {
  const parser = new ReasoningParser(opened)
  for (const delta of deltas) parser.push(delta)
  return parser.end()
}

describe('ReasoningParser', () => {
  it('gives the same segments for any chunking', () => {
    fc.assert(
      fc.property(reply, fc.array(fc.nat(), { maxLength: 12 }), fc.boolean(), (text, cuts, opened) => {
        const bounds = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length]
        const deltas = bounds.slice(1).map((end, index) => text.slice(bounds[index], end))
        expect(parse(deltas, opened)).toEqual(parse([text], opened))
      }),
      { numRuns: 3000 },
    )
  })

  it('shows the same after a prefix, however that prefix came', () => {
    fc.assert(
      fc.property(reply, fc.boolean(), (text, opened) => {
        const slow = new ReasoningParser(opened)
        let last: Segment[] = slow.push('')
        for (const unit of text.split('')) last = slow.push(unit)
        expect(last).toEqual(new ReasoningParser(opened).push(text))
      }),
    )
  })

  it('never shows a piece of a tag that ends the thought', () => {
    const parser = new ReasoningParser(true)
    for (const unit of 'abc\n</think>\n\n42') {
      for (const segment of parser.push(unit)) expect(segment.text).not.toMatch(/[<>]/)
    }
    expect(parser.end()).toEqual([
      { kind: 'thought', text: 'abc', closed: true },
      { kind: 'answer', text: '42', closed: true },
    ])
  })

  it.each<[string, string, boolean, string, string]>([
    ['the template opened the thought', 'so\n</think>\n\n4', true, 'so', '4'],
    ['the model opens it', '<think>\nso\n</think>\n\n4', false, 'so', '4'],
    ['both open it', '<think>\nso</think>4', true, 'so', '4'],
    ['the thought never ends', 'so and so', true, 'so and so', ''],
    ['the thought is empty', '\n\n</think>\n\n4', true, '', '4'],
    ['there is no thought', '4 < 5', false, '', '4 < 5'],
    ['a tag stands in the answer', 'x</think>write `<think>` and </think>', true, 'x', 'write `<think>` and </think>'],
    ['the reply ends inside a tag', 'so </thi', true, 'so </thi', ''],
    ['there is nothing', '', true, '', ''],
  ])('when %s', (_name, text, opened, thought, answer) => {
    expect(splitReply(text, opened)).toEqual({ thought, answer })
  })
})
