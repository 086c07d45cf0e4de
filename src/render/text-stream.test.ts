import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TextStream } from './text-stream'

const line = fc.string({ minLength: 0, maxLength: 400 }).map((text) => `${text.replaceAll('\n', ' ')}\n`)

describe('TextStream', () => {
  it('gives chunks that are the text together, however it came, and changes only the last', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.integer({ min: 1, max: 700 }), (lines, step) => {
        const text = lines.join('')
        const stream = new TextStream()
        let before: readonly string[] = []
        for (let end = 0; end <= text.length; end += step) {
          const chunks = stream.update(text.slice(0, end))
          expect(chunks.join('')).toBe(text.slice(0, end))
          expect(chunks.slice(0, before.length - 1)).toEqual(before.slice(0, -1))
          for (const chunk of chunks.slice(0, -1)) expect(chunk.length).toBeGreaterThan(1000)
          before = chunks
        }
      }),
    )
  })

  it('breaks only at line ends, and begins anew with another text', () => {
    const stream = new TextStream()
    const long = 'x'.repeat(3000)
    expect(stream.update(long)).toEqual([long])
    expect(stream.update(`${long}\n`)).toEqual([`${long}\n`])
    expect(stream.update(`${long}\ny`)).toEqual([`${long}\n`, 'y'])
    expect(stream.update('other')).toEqual(['other'])
  })
})
