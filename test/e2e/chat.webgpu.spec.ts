import { expect, test } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { networkAttempts } from '../fixtures/network-attempts'
import { keptOffline } from '../fixtures/own-browser'
import { unseenQuestions } from '../fixtures/unseen'

test('thinks, then answers, from a first visit with an empty store', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await expect(chat.model).toHaveAttribute('data-state', 'absent')
  await chat.send('What is 3847 + 2956?')
  const reply = chat.replies.first()
  await expect(reply.locator('[data-part=thought][data-open=true]')).toBeVisible({ timeout: 30_000 })
  const { state, thought, answer } = await chat.finished(0)
  expect(state).toBe('done')
  expect(thought).toContain('7+6=13')
  expect(answer).toBe('3847 + 2956 = 6803')
  // the thought folds away when the answer comes, and opens again by its button
  await expect(reply.locator('[data-part=thought]')).toHaveAttribute('data-open', 'false')
  await reply.locator('[data-part=thought-toggle]').click()
  await expect(reply.locator('[data-part=thought-text]')).toBeVisible()
  await expect(chat.model).toHaveAttribute('data-state', 'ready')
})

test('answers questions that Nano has never seen, in both languages', async ({ page }) => {
  test.setTimeout(180_000)
  const chat = new ChatPage(page)
  await chat.open()
  const questions = unseenQuestions(4)
  const wrong = await chat.wrongAnswers(questions)
  // one in a dozen may go wrong: the model is small, and docs/models.md says how often
  expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(questions.length / 12)
})

test('keeps the conversation and the weights over a reload, and fetches nothing again', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('1234 + 4321')
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await page.reload()
  await expect(chat.questions).toHaveText(/1234 \+ 4321/)
  expect((await chat.finished(0)).answer).toBe('1234 + 4321 = 5555')
  expect((await chat.ask('Who are you?')).answer).toContain('Nano')
  expect(asked.filter((path) => /\.(bin|wasm)$/.test(path))).toEqual([])
})

test('prefills only what is new from turn to turn', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('12 + 30')
  const second = await chat.ask('45 - 12')
  // The thought of the first reply is dropped, so its answer is fed anew, with the question: all but the first question.
  expect(second.prefilled).toBeLessThan(second.prompt)
  const again = page.locator('[data-part=regenerate]').last()
  await again.click()
  await expect(page.locator('[data-part=versions][data-index="2"][data-count="2"]')).toBeVisible()
  expect((await chat.finished(1)).prefilled).toBe(1)
})

test('stops, keeps what had come, and goes on with the next question', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('1 + 1')
  await chat.send('What can you do?')
  await page.getByTestId('stop').click()
  const stopped = await chat.finished(1)
  expect(stopped.state).toBe('stopped')
  expect((await chat.ask('20 + 22')).answer).toBe('20 + 22 = 42')
})

test('keeps what had come when the page is closed in the middle of a reply', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('1 + 1')
  await chat.send('What can you do?')
  await expect(chat.replies.last().locator('[data-part=answer]')).toContainText('Nano', { timeout: 30_000 })
  await page.waitForTimeout(600) // a checkpoint is written every half second
  await page.reload()
  const cut = await chat.finished(1)
  expect(['stopped', 'done']).toContain(cut.state)
  expect(cut.answer + cut.thought).not.toBe('')
})

test('causes no request while it answers', async ({ page, context }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('5 + 5')
  await keptOffline(page) // until then the site is being stored
  const asked: string[] = []
  context.on('request', (request) => asked.push(request.url()))
  expect((await chat.ask('5 + 6')).answer).toBe('5 + 6 = 11')
  expect(asked).toEqual([])
})

test('gives the engine no network', async ({ page }) => {
  const chat = new ChatPage(page)
  const scripts: string[] = []
  page.on('response', (response) => {
    if (response.url().includes('engine-worker'))
      scripts.push(response.headers()['content-security-policy'] ?? 'no policy')
  })
  await chat.open()
  await chat.ask('5 + 5')
  expect(scripts).toEqual([expect.stringContaining("connect-src 'none'")])
  const worker = page.workers().find((one) => one.url().includes('engine-worker'))
  const outcomes = await worker?.evaluate(networkAttempts, new URL('/icon.svg', page.url()).href)
  // a fresh realm has a fetch of its own, so this one meets the policy and not the stand-in
  const nested = await worker?.evaluate(() =>
    new Promise((resolve, reject) => {
      const started = new Worker(URL.createObjectURL(new Blob([''])))
      started.onerror = reject
      started.onmessage = resolve
    }).then(() => 'allowed', String),
  )
  expect({ ...outcomes, nested }).toEqual({
    fetch: expect.stringContaining('no network'),
    socket: expect.stringContaining('no network'),
    policy: expect.not.stringContaining('allowed'),
    nested: expect.not.stringContaining('allowed'),
  })
})
