import { describe, expect, it } from 'vitest'
import { Intake } from './intake'
import { MESSAGES_A_TICK, OUTPUT_LINES } from './limits'

const LINE = { type: 'line', level: 'log', text: 'x' }

describe('what the page takes', () => {
  it('is what was agreed', () => {
    const intake = new Intake()
    expect(intake.take({ type: 'alive' })).toEqual({ type: 'alive' })
    expect(intake.take(LINE)).toEqual(LINE)
    expect(intake.take({ type: 'other' })).toBeUndefined()
  })

  it('ends with the lines that are too many, even if the content does not count them', () => {
    const intake = new Intake()
    const taken = Array.from({ length: OUTPUT_LINES + 2 }, () => intake.take(LINE)?.type)
    expect(taken.slice(-3)).toEqual(['line', 'cut', undefined])
  })

  it('is a flood when it comes faster than honest content sends', () => {
    const intake = new Intake()
    const fill = () => Array.from({ length: MESSAGES_A_TICK }, () => intake.take({ type: 'alive' })?.type)
    expect(fill()).not.toContain('flood')
    intake.tick()
    expect(fill()).not.toContain('flood')
    expect(intake.take({ type: 'alive' })).toEqual({ type: 'flood' })
  })
})
