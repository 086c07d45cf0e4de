import { describe, expect, it } from 'vitest'
import { TransferRate } from './transfer-rate'

describe('TransferRate', () => {
  it('says nothing before a second has passed', () => {
    const rate = new TransferRate()
    expect(rate.bytesPerSecond).toBeUndefined()
    rate.add(0, 0)
    rate.add(500, 900)
    expect(rate.bytesPerSecond).toBeUndefined()
    rate.add(1000, 2000)
    expect(rate.bytesPerSecond).toBe(500)
  })

  it('forgets what is long ago', () => {
    const rate = new TransferRate()
    for (let second = 0; second <= 20; second++) rate.add(second * 1000, second * 1000)
    for (let second = 21; second <= 40; second++) rate.add(20_000 + (second - 20) * 10, second * 1000)
    expect(rate.bytesPerSecond).toBeCloseTo(10)
  })

  it('starts afresh when bytes are thrown away', () => {
    const rate = new TransferRate()
    rate.add(0, 0)
    rate.add(5000, 5000)
    rate.add(100, 6000)
    expect(rate.bytesPerSecond).toBeUndefined()
    rate.add(300, 8000)
    expect(rate.bytesPerSecond).toBe(100)
  })
})
