import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sha256, sha256OfBlob } from './sha256'

const bytesOf = (count: number) => Uint8Array.from({ length: count }, (_, index) => (index * 167 + (index >> 8)) & 255)
const expected = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('sha256', () => {
  it('is the standard’s own example', async () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect(await sha256(new TextEncoder().encode('abc').buffer)).toBe(abc)
    expect(await sha256OfBlob(new Blob(['abc']), 0)).toBe(abc)
  })

  // around the lengths where the padding needs one more block, and where a slice ends
  it.each([1, 55, 56, 63, 64, 65, 119, 120, 1000, 2 ** 20 - 1, 2 ** 20, 2 ** 20 + 57])(
    'is the same slice by slice and at once, for %d bytes',
    async (count) => {
      const bytes = bytesOf(count)
      const blob = new Blob([bytes])
      expect(await sha256OfBlob(blob, 0)).toBe(expected(bytes))
      expect(await sha256OfBlob(blob, count)).toBe(expected(bytes))
    },
  )

  it('never has more than the bytes allowed in memory', async () => {
    const sizes: number[] = []
    class Watched extends Blob {
      override arrayBuffer() {
        sizes.push(this.size)
        return super.arrayBuffer()
      }
      override slice(start?: number, end?: number) {
        return new Watched([super.slice(start, end)])
      }
    }
    const bytes = bytesOf(2 ** 21 + 3)
    expect(await sha256OfBlob(new Watched([bytes]), 2 ** 20)).toBe(expected(bytes))
    expect(Math.max(...sizes)).toBe(2 ** 20)
  })
})
