import { expect, it } from 'vitest'
import { OutBudget } from './out-budget'

const HUB = 'https://huggingface.co/'
const spent = expect.objectContaining({ code: 'budget-spent' }) as Error

it('lets a model of 130 shards be fetched from three hubs, in as many requests as it takes', () => {
  const budget = new OutBudget()
  for (let again = 0; again < 20; again++)
    for (const hub of [HUB, 'https://hf-mirror.com/', 'https://modelscope.cn/models/'])
      for (let shard = 0; shard < 130; shard++)
        budget.spend(`${hub}mlc-ai/DeepSeek-R1-Distill-Qwen-7B-q4f16_1-MLC/resolve/main/params_shard_${shard}.bin`)
})

it('ends a text that is cut into names after 16 kB', () => {
  const budget = new OutBudget()
  let out = 0
  const say = () => {
    for (let part = 0; part < 10_000; part++) {
      const said = `${part}-${'x'.repeat(100)}`
      budget.spend(`${HUB}owner/${said}/resolve/main/x`)
      out += said.length
    }
  }
  expect(say).toThrow(spent)
  expect(out).toBeLessThan(16 * 1024)
  // What has gone out before may go out again.
  budget.spend(`${HUB}owner/0-${'x'.repeat(100)}/resolve/main/x`)
})

it('counts a range that the page has chosen, and nothing of a request that was refused', () => {
  const budget = new OutBudget(60)
  budget.spend(`${HUB}a`, 'bytes=0-9')
  expect(() => {
    budget.spend(`${HUB}b`, `bytes=${'1'.repeat(40)}-2`)
  }).toThrow(spent)
  budget.spend(`${HUB}b`, 'bytes=10-19')
})

it('refuses an address that is longer than any file has', () => {
  expect(() => {
    new OutBudget().spend(HUB + 'x/'.repeat(600))
  }).toThrow(expect.objectContaining({ code: 'address-refused' }))
})
