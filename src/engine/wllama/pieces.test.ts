import { describe, expect, it } from 'vitest'
import { Detokenizer } from '../detokenizer'
import { pieceDecoder } from './pieces'

const bytes = (...values: number[]) => Uint8Array.from(values)
const text = (value: string) => new TextEncoder().encode(value)
const PIECES = [text('a'), text('中'), bytes(0xf0, 0x9f), bytes(0x98, 0x80), bytes(0xef, 0xbb, 0xbf), bytes(0xff)]

describe('pieceDecoder', () => {
  const decode = pieceDecoder(PIECES)

  it('joins the bytes of tokens before it reads them', () => {
    expect(decode(Int32Array.of(0, 1, 2, 3))).toBe('a中😀')
    expect(decode(Int32Array.of())).toBe('')
  })

  it('drops no byte order mark, marks what is no character, and knows no token beyond its own', () => {
    expect(decode(Int32Array.of(4, 0))).toBe('\uFEFFa')
    expect(decode(Int32Array.of(5))).toBe('\uFFFD')
    expect(decode(Int32Array.of(99))).toBe('')
  })

  it('gives a detokenizer whole characters', () => {
    const detokenizer = new Detokenizer(decode)
    expect([0, 2, 3, 1].map((id) => detokenizer.push(id))).toEqual(['a', '', '😀', '中'])
  })
})
