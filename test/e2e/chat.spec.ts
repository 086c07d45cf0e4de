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
  await reply.getByRole('button', { name: /^Thought for/ }).click()
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
  const again = page.getByRole('button', { name: 'Answer again' }).last()
  await again.click()
  await expect(page.getByRole('group', { name: '2 of 2' })).toBeVisible()
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

test('asks an edited question beside the first, and shows either', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('20 + 21')
  await chat.questions.first().hover()
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('textbox', { name: 'Edit the question' }).fill('20 + 31')
  await page.getByRole('button', { name: 'Ask again' }).click()
  await expect(chat.questions).toHaveText(/20 \+ 31/)
  expect((await chat.finished(0)).answer).toBe('20 + 31 = 51')
  await page.getByRole('button', { name: 'Previous version' }).click()
  await expect(chat.questions).toHaveText(/20 \+ 21/)
  expect((await chat.finished(0)).answer).toBe('20 + 21 = 41')
})

test('lists, renames, deletes and brings back conversations', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('2 + 2')
  await page.getByTestId('new-chat').click()
  await chat.ask('3 + 3')
  const items = page.getByTestId('chat-item')
  await expect(items).toHaveCount(2)
  await items.first().hover()
  await items.first().getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('textbox', { name: 'Title of the chat' }).fill('Sums')
  await page.keyboard.press('Enter')
  await expect(items.first()).toHaveText('Sums')
  await items.first().getByRole('button', { name: 'Delete' }).click()
  await expect(items).toHaveCount(1)
  await expect(chat.replies).toHaveCount(0)
  await page.getByTestId('undo-delete').getByRole('button', { name: 'Undo' }).click()
  await expect(items).toHaveCount(2)
  await expect(chat.questions).toHaveText(/3 \+ 3/)
})

test('keeps a draft over a reload, and takes a question from the address', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.composer.fill('half a thought')
  await page.reload()
  await expect(chat.composer).toHaveValue('half a thought')
  await chat.open('/?lang=zh-CN&q=7%2B8%E7%AD%89%E4%BA%8E%E5%A4%9A%E5%B0%91%EF%BC%9F')
  await expect(chat.composer).toHaveValue('7+8等于多少？')
  await expect(page.getByTestId('send')).toHaveAccessibleName('发送')
  await chat.open('/?q=Who+are+you%3F&send=1')
  expect((await chat.finished(0)).answer).toContain('Nano')
  const { hash } = new URL(page.url())
  await chat.open(`/?q=3%2B4${hash}`)
  await expect(chat.questions).toHaveText(/Who are you/)
  await expect(chat.composer).toHaveValue('3+4')
  await chat.open(`/?q=3%2B5&send=1${hash}`)
  expect((await chat.finished(1)).answer).toContain('8')
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

test('follows the end of the answer, leaves a reader who scrolled up alone, and shows a new answer', async ({
  page,
}) => {
  await page.setViewportSize({ width: 700, height: 420 })
  const chat = new ChatPage(page)
  await chat.open()
  for (const question of ['20 + 21', '30 + 31', '40 + 41']) await chat.ask(question)
  const toEnd = page.getByRole('button', { name: 'Jump to the end' })
  await expect(chat.replies.last()).toBeInViewport()
  await expect(toEnd).toHaveCount(0)

  await chat.replies.last().hover()
  await page.mouse.wheel(0, -2000)
  await expect(toEnd).toBeVisible()
  await expect(chat.questions.first()).toBeInViewport()
  // The way to the end is animated, and Chromium drops a wheel that is turned before the animation has ended.
  const arrived = page
    .locator('.scroller')
    .evaluate((scroller) => new Promise((resolve) => scroller.addEventListener('scrollend', () => resolve(true))))
  await toEnd.click()
  await expect(toEnd).toHaveCount(0)
  await arrived
  await expect(chat.replies.last()).toBeInViewport()

  await page.mouse.wheel(0, -2000)
  await expect(toEnd).toBeVisible()
  await chat.ask('50 + 51')
  await expect(chat.replies.last()).toBeInViewport()
})
