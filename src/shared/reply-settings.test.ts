import { describe, expect, it } from 'vitest'
import { readReplySettings } from './reply-settings'

describe('readReplySettings', () => {
  it('keeps what is right', () => {
    const settings = { effort: 'short', temperature: 0, topP: 1, seed: 7, instructions: '用中文回答。' }
    expect(readReplySettings(settings)).toEqual(settings)
    expect(readReplySettings({ effort: 300 })).toEqual({ effort: 300 })
  })

  it.each([
    ['a number out of range', { temperature: 3 }],
    ['another type', { temperature: '0.6' }],
    ['no number', { topP: Number.NaN }],
    ['a fraction of a token', { longestAnswer: 1.5 }],
    ['an unknown effort', { effort: 'huge' }],
    ['a budget of nothing', { effort: 0 }],
    ['an unknown name', { colour: 'red' }],
    ['no object', 'settings'],
    ['nothing', null],
  ])('leaves out %s', (_what, wrong) => {
    expect(readReplySettings(wrong)).toEqual({})
  })

  it('does not lose a right one beside a wrong one', () => {
    expect(readReplySettings({ temperature: 3, topP: 0.5 })).toEqual({ topP: 0.5 })
  })
})
