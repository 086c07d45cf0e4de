import { expect, type Page, type Worker } from '@playwright/test'
import { serve } from '../../scripts/serve.mjs'
import { ChatPage } from '../fixtures/chat-page'
import { networkAttempts } from '../fixtures/network-attempts'
import { lacking } from '../fixtures/no-gpu'
import { keptOffline, test } from '../fixtures/own-browser'
import { unseenQuestions } from '../fixtures/unseen'

test.use({ serviceWorkers: 'allow' })

/** Files that only WebGPU needs. */
const GPU_FILES = /engine-worker|params_shard|nano-software\.wasm|tensor-cache|mlc-chat-config/

/** The worker of the page, and the worker that wllama starts from a Blob in it. */
const engineWorkers = (page: Page) => ({
  own: page.workers().find((worker) => worker.url().includes('cpu-worker')) as Worker,
  nested: page.workers().find((worker) => worker.url().startsWith('blob:')) as Worker,
})

test('answers what Nano has never seen, in both languages, and fetches nothing that only a GPU needs', async ({
  page,
}) => {
  test.setTimeout(180_000)
  await lacking('WebGPU', page)
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  const chat = new ChatPage(page)
  await chat.open()
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  const questions = unseenQuestions(4)
  const wrong = await chat.wrongAnswers(questions)
  // as through WebGPU (chat.spec.ts): one in a dozen may go wrong
  expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(questions.length / 12)
  expect(asked.filter((url) => url.endsWith('.gguf'))).toHaveLength(1)
  expect(asked.filter((url) => GPU_FILES.test(url))).toEqual([])
})

test('answers what people try first, alone and after another question', async ({ page }) => {
  await lacking('WebGPU', page)
  const chat = new ChatPage(page)
  await chat.open()
  const tries = { '1+1': 2, '2+2': 4, '5+5=': 10, '3*5': 15, '7-2': 5, '12 x 12': 144, '3＋5＝？': 8, '9+9等于几': 18 }
  const questions = Object.entries(tries).map(([question, sum]) => ({ question, expected: new RegExp(`= ${sum}$`) }))
  expect(await chat.wrongAnswers(questions)).toEqual([])
  await chat.ask('Who are you?')
  for (const { question, expected } of questions) expect((await chat.ask(question)).answer).toMatch(expected)
})

test('prefills only what is new, keeps the conversation over a reload, and fetches nothing again', async ({ page }) => {
  await lacking('WebGPU', page)
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('12 + 30')
  const second = await chat.ask('45 - 12')
  expect(second.answer).toBe('45 - 12 = 33')
  expect(second.prefilled).toBeLessThan(second.prompt)
  await page.locator('[data-part=regenerate]').last().click()
  await expect(page.locator('[data-part=versions][data-index="2"][data-count="2"]')).toBeVisible()
  expect((await chat.finished(1)).prefilled).toBe(1)

  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.reload()
  expect((await chat.finished(0)).answer).toBe('12 + 30 = 42')
  expect((await chat.ask('一百加二是多少')).state).toBe('done')
  expect(asked.filter((url) => /\.(gguf|bin)$|tokenizer/.test(url))).toEqual([])
})

test('stops in the middle, and answers the next question', async ({ page }) => {
  await lacking('adapter', page)
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('1 + 1')
  // Nano writes hundreds of tokens a second: only a script is fast enough to press the button.
  await page.evaluate(() => {
    const observer = new MutationObserver(() => {
      const text = document.querySelectorAll('[data-part=thought-text]')[1]?.textContent ?? ''
      if (text === '') return
      observer.disconnect()
      document.querySelector<HTMLElement>('[data-testid=stop]')?.click()
    })
    observer.observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  await chat.send('987 × 76')
  const stopped = await chat.finished(1)
  expect(stopped).toMatchObject({ state: 'stopped', answer: '' })
  expect(stopped.thought).not.toBe('')
  expect((await chat.ask('30 + 12')).answer).toBe('30 + 12 = 42')
})

test('causes no request while it answers, and its workers have no network', async ({ page, context }) => {
  await lacking('WebGPU', page)
  const chat = new ChatPage(page)
  const policies: string[] = []
  page.on('response', (response) => {
    if (response.url().includes('cpu-worker')) policies.push(response.headers()['content-security-policy'] ?? 'none')
  })
  await chat.open()
  await chat.ask('5 + 5')
  // The service worker stores the site meanwhile.
  await keptOffline(page)
  const asked: string[] = []
  context.on('request', (request) => asked.push(request.url()))
  expect((await chat.ask('5 + 6')).answer).toBe('5 + 6 = 11')
  expect(asked).toEqual([])

  for (const policy of policies) expect(policy).toContain('connect-src blob:')
  expect(policies.length).toBeGreaterThan(0)
  const site = new URL('/icon.svg', page.url()).href
  const { own, nested } = engineWorkers(page)
  for (const worker of [own, nested])
    expect(await worker.evaluate(networkAttempts, site)).toEqual({
      fetch: expect.stringContaining('no network'),
      socket: expect.stringContaining('no network'),
      policy: expect.not.stringContaining('allowed'),
    })
  expect((await page.evaluate(networkAttempts, site)).policy).toBe('allowed')
})

test('answers without a network once it has answered with one', async ({ own }) => {
  test.setTimeout(180_000)
  const open = async () => {
    const context = await own.start()
    await lacking('WebGPU', context)
    return context.newPage()
  }
  const site = await serve(0)
  let page = await open()
  await page.goto(site.url)
  expect((await new ChatPage(page).ask('31 + 45')).answer).toBe('31 + 45 = 76')
  await keptOffline(page)
  // The site is stored for all visitors, the engine for the processor only where it was used.
  const stored = await page.evaluate(async () => {
    const files = { processor: '', others: '' }
    for (const name of await caches.keys())
      for (const { url } of await (await caches.open(name)).keys())
        files[name.includes('processor') ? 'processor' : 'others'] += `${url}\n`
    return files
  })
  expect(stored.processor.match(/cpu-worker-|wllama-|\n/g)?.sort()).toEqual(['\n', '\n', 'cpu-worker-', 'wllama-'])
  expect(stored.others).toContain('index.html')
  expect(stored.others).not.toMatch(/wllama-|cpu-worker-|\.gguf/)
  await site.close()

  page = await open()
  await expect(fetch(site.url)).rejects.toThrow()
  await page.goto(site.url)
  expect((await new ChatPage(page).ask('20 + 22')).answer).toBe('20 + 22 = 42')
})

test('works below a path on a host that sets no headers, isolated or not', async ({ page }) => {
  test.setTimeout(180_000)
  const site = await serve(0, { base: '/some/where/', headers: () => ({}) })
  await lacking('WebGPU', page)
  const chat = new ChatPage(page)
  try {
    await page.goto(site.url)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false)
    expect((await chat.ask('20 + 22')).answer).toBe('20 + 22 = 42')
    await keptOffline(page)
    const policies: string[] = []
    page.on('response', (response) => {
      if (response.url().includes('cpu-worker')) policies.push(response.headers()['content-security-policy'] ?? 'none')
    })
    await page.reload()
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    expect((await chat.ask('30 + 12')).answer).toBe('30 + 12 = 42')
    expect(policies).toEqual([expect.stringContaining('connect-src blob:')])
  } finally {
    await site.close()
  }
})
