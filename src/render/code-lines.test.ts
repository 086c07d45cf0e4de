import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CodeLines } from './code-lines'

const runs = (...values: number[]) => Uint16Array.from(values)
const whole = (lines: CodeLines) => lines.chunks.flatMap((chunk) => chunk.map(({ text }) => text)).join('')
const source = (lines: number) => Array.from({ length: lines }, (_, index) => `line ${String(index + 1)}\n`).join('')

describe('CodeLines', () => {
  it('is the text at every step, in numbered lines', () => {
    const line = fc.string({ maxLength: 20 }).map((text) => text.replaceAll('\n', ''))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 200 }), fc.integer({ min: 1, max: 500 }), (texts, step) => {
        const text = texts.join('\n')
        const lines = new CodeLines()
        for (let end = 0; end < text.length + step; end += step) {
          const part = text.slice(0, end)
          lines.update(part)
          expect(whole(lines)).toBe(part)
          const numbers = lines.chunks.flatMap((chunk) => chunk.map(({ number }) => number))
          expect(numbers).toEqual(Array.from({ length: lines.count }, (_, index) => index + 1))
          expect(lines.count).toBe(part === '' ? 0 : part.replace(/\n$/, '').split('\n').length)
        }
      }),
    )
  })

  it('keeps the identity of every chunk but the last, and of lines that are whole', () => {
    const lines = new CodeLines()
    const before = lines.update(`${source(130)}half`)
    const after = lines.update(`${source(130)}half a line`)
    expect(after.map((chunk) => chunk.length)).toEqual([64, 64, 3])
    expect(after.slice(0, 2).every((chunk, index) => chunk === before[index])).toBe(true)
    expect(after[2]?.slice(0, 2).every((line, index) => line === before[2]?.[index])).toBe(true)
  })

  it('begins anew with another text', () => {
    const lines = new CodeLines()
    lines.update(source(100))
    lines.update('x\ny')
    expect(whole(lines)).toBe('x\ny')
  })

  it('paints some chunks at a time, and only those whose colours are other ones', () => {
    const lines = new CodeLines()
    const plain = lines.update(source(200))
    lines.colour(
      0,
      Array.from({ length: 200 }, (_, index) => (index < 0 ? runs() : runs(16 + index))),
    )
    expect(lines.paint(1)).toBe(true)
    expect(lines.chunks.map((chunk, index) => chunk === plain[index])).toEqual([false, true, true, true])
    expect(lines.paint(2)).toBe(true)
    expect(lines.paint(2)).toBe(false)
    const painted = lines.chunks
    expect(painted.flat()[199]?.runs).toEqual(runs(215))
    lines.colour(199, [runs(7)])
    expect(lines.paint(2)).toBe(false)
    expect(lines.chunks.map((chunk, index) => chunk === painted[index])).toEqual([true, true, true, false])
    expect(whole(lines)).toBe(source(200))
  })

  it('gives the colours that it has to text that comes', () => {
    const lines = new CodeLines()
    lines.update('a')
    lines.colour(0, [runs(17)])
    lines.paint(1)
    lines.update('ab\nc')
    expect(lines.chunks.flat().map((line) => line.runs)).toEqual([runs(17), undefined])
  })
})
