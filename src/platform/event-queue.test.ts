import { describe, expect, it } from 'vitest'
import { collect } from '../../test/fixtures/collect'
import { EventQueue, streamOf } from './event-queue'

describe('EventQueue', () => {
  it('gives what was pushed before and while it is read, in order', async () => {
    const queue = new EventQueue<number>()
    queue.push(1)
    queue.push(2)
    setTimeout(() => {
      queue.push(3)
      queue.end()
    })
    expect(await collect(queue)).toEqual([1, 2, 3])
  })

  it('loses nothing that comes, with the end, right after reading began', async () => {
    const queue = new EventQueue<number>()
    const reading = collect(queue)
    queue.push(1)
    queue.push(2)
    queue.end()
    expect(await reading).toEqual([1, 2])
  })

  it('throws after what was pushed', async () => {
    const queue = new EventQueue<number>()
    queue.push(1)
    queue.fail(new Error('lost'))
    queue.end()
    const seen: number[] = []
    await expect(
      (async () => {
        for await (const value of queue) seen.push(value)
      })(),
    ).rejects.toThrow('lost')
    expect(seen).toEqual([1])
  })
})

describe('streamOf', () => {
  it('gives what its task tells of, and ends or fails with it', async () => {
    const told = streamOf<number>(async (push) => {
      push(1)
      await Promise.resolve()
      push(2)
    })
    expect(await collect(told)).toEqual([1, 2])
    const failing = streamOf<number>((push) => {
      push(1)
      return Promise.reject(new Error('lost'))
    })
    await expect(collect(failing)).rejects.toThrow('lost')
  })
})
