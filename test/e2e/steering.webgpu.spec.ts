import { expect, test } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { slowDownGpu } from '../fixtures/slow-engine'

/** A token comes after so many milliseconds more, so that a reply can be interrupted. */
const SLOW_MS = 50

/** Nano thinks about it in some sixty tokens. */
const LONG = 'What is 38504 + 58602?'
const SUM = '97106'

test('answers now, by the button and by the keys, and loses nothing of the thought', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await slowDownGpu(page, SLOW_MS)
  await chat.ask('1 + 1')
  for (const [index, act] of [
    () => page.getByTestId('answer-now').click(),
    () => page.keyboard.press('Control+Shift+Enter'),
  ].entries()) {
    await chat.send(LONG)
    const reply = chat.replies.nth(index + 1)
    await expect(reply.locator('[data-part=thought-text]')).toContainText('38504')
    await act()
    const { state, thought } = await chat.finished(index + 1)
    expect(state).toBe('done')
    await expect(reply.locator('[data-part=thought-closed]')).toHaveAttribute('data-reason', 'asked')
    expect(thought).toContain('38504+')
  }
})

test('goes on with a reply that was stopped, or cut off by a reload, as if nothing had happened', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  const whole = await chat.ask(LONG)
  expect(whole.answer).toContain(SUM)
  await slowDownGpu(page, SLOW_MS)

  await chat.newChat()
  await chat.send(LONG)
  await expect(page.locator('[data-part=thought-text]')).toContainText('38504')
  await page.getByTestId('stop').click()
  expect((await chat.finished(0)).state).toBe('stopped')
  await page.getByTestId('continue').click()
  await expect(page.getByTestId('continue')).toHaveCount(0)
  const stopped = await chat.finished(0)
  expect({ ...stopped, prefilled: 0 }).toEqual({ ...whole, prefilled: 0 })
  // The KV cache had all but the last token.
  expect(stopped.prefilled).toBe(1)
  await expect(page.locator('[data-part=versions]')).toHaveCount(0)

  await chat.newChat()
  await chat.send(LONG)
  await expect(page.locator('[data-part=thought-text]')).toContainText('+')
  await page.waitForTimeout(700) // until a checkpoint is stored
  await page.reload()
  await expect(page.locator('[data-part=ended]')).toHaveAttribute('data-reason', 'closed')
  await page.getByTestId('continue').click()
  await expect(page.getByTestId('continue')).toHaveCount(0)
  const reloaded = await chat.finished(0)
  expect(reloaded.thought).toBe(whole.thought)
  expect(reloaded.answer).toBe(whole.answer)
})
