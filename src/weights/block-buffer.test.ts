import { describe, expect, it } from 'vitest'
import { BlockBuffer, BlockMemory } from './block-buffer'

const bytes = (...values: number[]) => new Uint8Array(values)

describe('BlockBuffer', () => {
  it('takes what fits and goes on behind what was taken, in the same memory', async () => {
    const buffer = new BlockBuffer(10, new Uint8Array(4))
    expect(buffer.add(bytes(1, 2, 3))).toHaveLength(0)
    expect([...buffer.add(bytes(4, 5))]).toEqual([5])
    expect(buffer.filled).toBe(1)
    const first = buffer.take()
    buffer.add(bytes(5))
    expect([buffer.start, buffer.end]).toEqual([14, 15])
    expect([...new Uint8Array(await first.arrayBuffer())]).toEqual([1, 2, 3, 4])
    expect([...new Uint8Array(await buffer.take().arrayBuffer())]).toEqual([5])
  })
})

describe('BlockMemory', () => {
  it('gives memory to one user at a time, and again when it is free, also after a failure', async () => {
    const memory = new BlockMemory(2)
    const used: Uint8Array[] = []
    const use = (fail = false) =>
      memory.use((block) => {
        used.push(block)
        return fail ? Promise.reject(new Error('no')) : Promise.resolve()
      })
    await Promise.all([use(), use(true).catch(() => undefined)])
    await use()
    expect(used[0]).not.toBe(used[1])
    expect(used.slice(0, 2)).toContain(used[2])
  })
})
