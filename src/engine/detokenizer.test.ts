import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Detokenizer } from './detokenizer'

/** One token a byte of UTF-8: the finest that a byte-level tokenizer can cut. */
const decode = (ids: Int32Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(ids))

describe('Detokenizer', () => {
  it('gives the same text as decoding everything at once, with no half character on the way', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const detokenizer = new Detokenizer(decode)
        const pieces = [...new TextEncoder().encode(text)].map((byte) => detokenizer.push(byte))
        expect(pieces.join('') + detokenizer.end()).toBe(text)
        if (!text.includes('\uFFFD')) for (const piece of pieces) expect(piece).not.toContain('\uFFFD')
      }),
      { examples: [['\uFFFD'], ['a\uFFFD'], ['\uFFFDb'], ['😀\uFFFD\uFFFD']] },
    )
  })

  it('does not wait for ever on bytes that are no character', () => {
    const detokenizer = new Detokenizer(decode)
    const text = [0xff, 0xff, 0xff, 0xff, 0xff, 0x41, 0x42].map((byte) => detokenizer.push(byte)).join('')
    expect(text).toMatch(/\uFFFD+AB$/)
  })

  it('costs the same for every token', () => {
    let decoded = 0
    const detokenizer = new Detokenizer((ids) => {
      decoded += ids.length
      return decode(ids)
    })
    for (let count = 0; count < 1000; count += 1) detokenizer.push(0x61)
    expect(decoded).toBeLessThanOrEqual(8 * 1000)
  })
})
