import { expect, test } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { slowDown } from '../fixtures/slow-engine'

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
  // The thought of the first reply is dropped, so its answer is prefilled again, with the question: all but the first
  // question.
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
  await slowDown(page, 20)
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
