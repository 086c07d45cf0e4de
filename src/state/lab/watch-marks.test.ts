import { describe, expect, it } from 'vitest'
import { marksOf, partsOf } from './watch-marks'

const TEXT = '<think>\nFirst 12 + 30 is 41.\nWait, 12 + 30 is 42.\n</think>\n\nIt is **42**.'
const at = (words: string, from = 0) => TEXT.indexOf(words, from)

describe('partsOf', () => {
  it('tells thought, answer and tags apart', () => {
    const said = partsOf(TEXT, false).map(({ kind, from, to }) => [kind, TEXT.slice(from, to)])
    expect(said).toEqual([
      ['tag', '<think>\n'],
      ['thought', 'First 12 + 30 is 41.\nWait, 12 + 30 is 42.\n'],
      ['tag', '</think>'],
      ['answer', '\n\nIt is **42**.'],
    ])
  })

  it.each([
    ['an answer alone', 'It is 42.', false, ['answer']],
    ['a thought that the prompt opened', 'So 42.</think>42', true, ['thought', 'tag', 'answer']],
    ['a thought without an end', '<think>So', false, ['tag', 'thought']],
  ])('reads %s', (_, text, opened, kinds) => {
    expect(partsOf(text, opened).map(({ kind }) => kind)).toEqual(kinds)
  })
})

describe('marksOf', () => {
  it('finds steps, values on the way, the first place of the answer’s value, and the answer', () => {
    expect(marksOf(TEXT, false)).toEqual([
      { kind: 'step', at: at('First'), label: 'First 12 + 30 is 41.' },
      { kind: 'value', at: at('41') + 1, label: '41' },
      { kind: 'step', at: at('Wait'), label: 'Wait, 12 + 30 is 42.' },
      { kind: 'value', at: at('42') + 1, label: '42' },
      { kind: 'first', at: at('42') + 1, label: '42' },
      { kind: 'answer', at: at('It is') },
    ])
  })

  it('takes no part of another number for the value', () => {
    const text = 'Of 142 and 4.2 and 42,000 remain 42.</think>42'
    expect(marksOf(text, true).find(({ kind }) => kind === 'first')?.at).toBe(text.indexOf('42.<') + 1)
    const thousands = 'That is 9,984.</think>9984'
    expect(marksOf(thousands, true).find(({ kind }) => kind === 'first')?.at).toBe(8 + '9,984'.length - 1)
  })

  it('has nothing to mark in a reply without a value', () => {
    expect(marksOf('I do not know.', false)).toEqual([])
  })
})
