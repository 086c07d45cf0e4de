import { describe, expect, it } from 'vitest'
import { readFrameMessage } from './frame-message'

describe('a message from the frame', () => {
  it.each([
    { type: 'line', level: 'log', text: 'x' },
    { type: 'line', level: 'error', text: 'x', at: 3 },
    { type: 'height', height: 12.5 },
    { type: 'alive' },
    { type: 'left' },
  ])('%j is read', (message) => {
    expect(readFrameMessage(message)).toEqual(message)
  })

  it.each([
    undefined,
    'alive',
    { type: 'other' },
    { type: 'line', level: 'fatal', text: 'x' },
    { type: 'line', level: 'log', text: 1 },
    { type: 'line', level: 'log', text: 'x'.repeat(20_000) },
    { type: 'line', level: 'log', text: 'x', html: '<b>' },
    { type: 'line', level: 'log', text: 'x', at: 0.5 },
    { type: 'height', height: NaN },
    { type: 'height', height: '12' },
  ])('%j is not', (message) => {
    expect(readFrameMessage(message)).toBeUndefined()
  })
})
