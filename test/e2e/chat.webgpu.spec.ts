import { expect, test } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { networkAttempts } from '../fixtures/network-attempts'
import { keptOffline } from '../fixtures/own-browser'
import { unseenQuestions } from '../fixtures/unseen'

test.use({ serviceWorkers: 'allow' })

test('thinks, then answers, from a first visit with an empty store', async ({ page }) => {
  // Nano thinks for half a second: too short for a test to look.
  await page.addInitScript(() => {
    const seen = new MutationObserver(() => {
      if (!document.querySelector('[data-part=thought][data-open=true]')) return
      Object.assign(window, { thoughtWasOpen: true })
      seen.disconnect()
    })
    seen.observe(document, { childList: true, subtree: true, attributes: true })
  })
  const chat = new ChatPage(page)
  await chat.open()
  await expect(chat.model).toHaveAttribute('data-state', 'absent')
  await chat.send('What is 3847 + 2956?')
  const reply = chat.replies.first()
  const { state, thought, answer } = await chat.finished(0)
  expect(state).toBe('done')
  expect(thought).toContain('7+6=13')
  expect(answer).toBe('3847 + 2956 = 6803')
  expect(await page.evaluate(() => 'thoughtWasOpen' in window)).toBe(true)
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
  const questions = unseenQuestions(2)
  const wrong = await chat.wrongAnswers(questions)
  // one in a dozen may go wrong: the model is small, and docs/models.md says how often
  expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(questions.length / 12)
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
