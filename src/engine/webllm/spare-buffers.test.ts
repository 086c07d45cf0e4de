import { describe, expect, it } from 'vitest'
import { SpareBuffers } from './spare-buffers'

const buffer = (size: number) => ({ size }) as GPUBuffer

describe('spare buffers', () => {
  it('are taken again by their size', () => {
    const spares = new SpareBuffers()
    const [four, eight] = [buffer(4), buffer(8)]
    expect([spares.keep(four), spares.keep(eight)]).toEqual([true, true])
    expect(spares.take(8)).toBe(eight)
    expect(spares.take(8)).toBeUndefined()
    expect(spares.take(4)).toBe(four)
  })

  it('are few and small', () => {
    const spares = new SpareBuffers()
    expect(spares.keep(buffer(8192))).toBe(false)
    const kept = Array.from({ length: 600 }, (_, index) => spares.keep(buffer(4 * (index % 7))))
    expect(kept.filter(Boolean)).toHaveLength(512)
    spares.take(4)
    expect(spares.keep(buffer(4))).toBe(true)
  })
})
