import { expect, test, type Worker } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'

/** Lets a worker count what it asks its device for. */
async function countTraffic(worker: Worker): Promise<void> {
  await worker.evaluate(() => {
    const traffic: Record<string, number> = {}
    const count = (prototype: object, name: string, counter = name) => {
      traffic[counter] ??= 0
      const original = (prototype as Record<string, (...given: unknown[]) => unknown>)[name]
      Object.assign(prototype, {
        [name](this: unknown, ...given: unknown[]) {
          traffic[counter] = (traffic[counter] ?? 0) + 1
          return original?.apply(this, given)
        },
      })
    }
    count(GPUQueue.prototype, 'submit')
    count(GPUQueue.prototype, 'writeBuffer')
    count(GPUCommandEncoder.prototype, 'beginComputePass')
    count(GPUDevice.prototype, 'createBindGroup')
    count(GPUBuffer.prototype, 'mapAsync', 'wait')
    count(GPUQueue.prototype, 'onSubmittedWorkDone', 'wait')
    Object.assign(globalThis, { traffic })
  })
}

const trafficOf = async (worker: Worker) =>
  await worker.evaluate(() => ({ ...(globalThis as unknown as { traffic: Record<string, number> }).traffic }))

test('a token of a reply costs few calls of WebGPU', async ({ page }) => {
  let engine: Worker | undefined
  page.on('worker', (worker) => {
    if (!worker.url().includes('engine-worker')) return
    engine = worker
    void countTraffic(worker)
  })
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  await chat.send('38472 + 29561')
  await chat.finished(0)
  if (!engine) throw new Error('no engine')
  const before = await trafficOf(engine)
  await chat.send('48213 + 39975')
  await chat.finished(1)
  const after = await trafficOf(engine)
  const stats = await page.getByTestId('stats').last().innerText()
  const tokens = Number.parseInt(stats, 10)
  expect(tokens).toBeGreaterThan(50)
  const aToken = (name: string) => ((after[name] ?? NaN) - (before[name] ?? NaN)) / tokens
  // The prompt's prefill, about ten calls of each kind, counts too.
  expect(aToken('submit')).toBeLessThanOrEqual(1.3)
  expect(aToken('writeBuffer')).toBeLessThanOrEqual(3)
  expect(aToken('beginComputePass')).toBeLessThanOrEqual(5)
  expect(aToken('createBindGroup')).toBeLessThanOrEqual(3)
  // Tokens are read two at a time unless the machine is so busy that they take long.
  const rate = Number(/([\d.]+) tokens\/s/.exec(stats)?.[1])
  expect(aToken('wait')).toBeLessThanOrEqual(rate > 25 ? 0.6 : 1.1)
})
