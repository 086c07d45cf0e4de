import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DrawnTurns } from './drawn-turns.svelte'

const drawnOf = (turns: DrawnTurns, count: number) =>
  Array.from({ length: count }, (_, turn) => turn).filter((turn) => turns.has(turn))

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('DrawnTurns', () => {
  it('has the end at once, what comes after it, and one by one the others', () => {
    const turns = new DrawnTurns(100)
    expect(drawnOf(turns, 102)).toEqual([94, 95, 96, 97, 98, 99, 100, 101])
    const stop = turns.follow(() => false)
    vi.runAllTimers()
    expect(drawnOf(turns, 100)).toHaveLength(100)
    stop()
  })

  it('waits while an answer is written, but draws what is asked for', () => {
    const turns = new DrawnTurns(100)
    let busy = true
    const stop = turns.follow(() => busy)
    vi.advanceTimersByTime(1000)
    turns.add(3)
    expect(drawnOf(turns, 100)).toEqual([3, 94, 95, 96, 97, 98, 99])
    busy = false
    vi.advanceTimersByTime(300)
    expect(drawnOf(turns, 100).length).toBeGreaterThan(7)
    stop()
  })

  it('draws everything for paper, and nothing more once it is gone', () => {
    const turns = new DrawnTurns(20)
    turns.follow(() => false)()
    vi.runAllTimers()
    expect(drawnOf(turns, 20)).toHaveLength(6)
    turns.all()
    expect(drawnOf(turns, 20)).toHaveLength(20)
  })

  it('leaves what is far from the end, and one element for each group of it', () => {
    const turns = new DrawnTurns(300)
    const stop = turns.follow(() => false)
    vi.runAllTimers()
    stop()
    expect(drawnOf(turns, 300)).toHaveLength(100)
    const hollow = () => [0, 1, 2, 3, 4].filter((outer) => turns.isHollow(outer))
    expect(hollow()).toEqual([0, 1, 2])
    turns.fill(1)
    expect(hollow()).toEqual([0, 2])
    expect(drawnOf(turns, 300)).toHaveLength(100)
    turns.add(3)
    expect(hollow()).toEqual([2])
    turns.all()
    expect(hollow()).toEqual([])
  })
})
