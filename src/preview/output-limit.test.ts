import { describe, expect, it } from 'vitest'
import { LINE_CHARACTERS, OUTPUT_CHARACTERS, OUTPUT_LINES } from './limits'
import type { Line } from './messages'
import { OutputLimit } from './output-limit'

const line = (text: string): Line => ({ type: 'line', level: 'log', text })

describe('the limit of the output', () => {
  it('lets 1,000 lines through and says once that the rest is cut', () => {
    const limit = new OutputLimit()
    const passed = Array.from({ length: OUTPUT_LINES + 5 }, (_, index) => limit.take(line(String(index))))
    expect(passed.slice(0, OUTPUT_LINES).map((message) => message?.type)).toEqual(Array(OUTPUT_LINES).fill('line'))
    expect(passed.slice(OUTPUT_LINES)).toEqual([{ type: 'cut' }, undefined, undefined, undefined, undefined])
  })

  it('cuts long lines, and counts characters', () => {
    const limit = new OutputLimit()
    const long = 'x'.repeat(LINE_CHARACTERS * 2)
    const passed: (string | undefined)[] = []
    for (let index = 0; index < 12; index += 1) passed.push(limit.take(line(long))?.type)
    const whole = Math.floor(OUTPUT_CHARACTERS / (LINE_CHARACTERS + 1))
    expect(passed).toEqual([
      ...Array<string>(whole).fill('line'),
      'cut',
      ...Array<undefined>(11 - whole).fill(undefined),
    ])
    expect(new OutputLimit().take(line(long))).toEqual(line(`${'x'.repeat(LINE_CHARACTERS)}…`))
  })
})
