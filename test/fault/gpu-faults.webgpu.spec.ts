import { chromium, expect, test, type Browser, type Page, type Worker } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { isEngineWorker, slowDownGpu } from '../fixtures/slow-engine'

const QUESTION = '38472 + 29561'
const ANSWER = '38472 + 29561 = 68033'

/** Asks, and waits until some of the thought is there. */
async function midAnswer(page: Page): Promise<ChatPage> {
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  await slowDownGpu(page, 100)
  await chat.send(QUESTION)
  await expect(chat.replies.locator('[data-part=thought-text]')).toContainText('1', { timeout: 60_000 })
  return chat
}

/** Lets the device of an engine be gone with its next command. */
async function destroyDevice(worker: Worker | undefined): Promise<void> {
  await worker?.evaluate(() => {
    const { prototype } = GPUDevice
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the device as `this` below
    const create = prototype.createCommandEncoder
    prototype.createCommandEncoder = function (this: GPUDevice, ...given) {
      this.destroy()
      return create.apply(this, given)
    }
  })
}

/** Kills the process that computes WebGPU, as an out-of-memory killer would. */
async function killGpuProcess(browser: Browser): Promise<void> {
  const devtools = await browser.newBrowserCDPSession()
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo')
  const gpu = processInfo.find(({ type }) => type === 'GPU')
  expect(gpu).toBeDefined()
  process.kill(gpu?.id ?? -1, 'SIGKILL')
}

test('a device that is lost in mid-answer is opened again, and the answer goes on from its last token', async ({
  page,
}) => {
  const chat = await midAnswer(page)
  const started: string[] = []
  page.on('worker', (worker) => started.push(worker.url()))
  const before = await chat.replies.locator('[data-part=thought-text]').innerText()
  await destroyDevice(page.workers().find(isEngineWorker))
  await expect(chat.replies.locator('[data-part=recovering]')).toHaveAttribute('data-step', 'again')
  const reply = await chat.finished(0)
  expect(reply).toMatchObject({ state: 'done', answer: ANSWER })
  expect(reply.thought.startsWith(before)).toBe(true)
  expect(started).toEqual([expect.stringContaining('engine-worker')])
  await expect(page.getByTestId('notice')).toHaveCount(0)
})

test('a GPU process that is killed in mid-answer costs nothing', async ({ launchOptions, baseURL, storageState }) => {
  // A browser of its own: one whose GPU process has crashed may give later tests no GPU.
  const browser = await chromium.launch(launchOptions)
  const page = await browser.newPage({ baseURL: baseURL ?? '', ...(storageState !== undefined && { storageState }) })
  const chat = await midAnswer(page)
  await killGpuProcess(browser)
  await expect(chat.replies.locator('[data-part=recovering]')).toHaveAttribute('data-step', 'again')
  expect(await chat.finished(0)).toMatchObject({ state: 'done', answer: ANSWER })
  await page.reload()
  await expect(chat.replies.locator('[data-part=answer]')).toHaveText(ANSWER)
  await browser.close()
})

test('a device that is lost again and again gives way to the processor', async ({ page }) => {
  page.on('worker', (worker) => {
    if (isEngineWorker(worker)) void destroyDevice(worker)
  })
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  await chat.send(QUESTION)
  expect(await chat.finished(0)).toMatchObject({ state: 'done', answer: ANSWER })
  await expect(chat.model).toHaveAttribute('data-engine', 'processor')
})
