import { expect, test } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { said } from '../fixtures/texts'

test('asks an edited question beside the first, and shows either', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('20 + 21')
  await chat.questions.first().hover()
  await page.locator('[data-part=edit]').click()
  await page.locator('[data-part=edit-text]').fill('20 + 31')
  await page.locator('[data-part=edit-send]').click()
  await expect(chat.questions).toHaveText(/20 \+ 31/)
  expect((await chat.finished(0)).answer).toBe('20 + 31 = 51')
  await page.locator('[data-part=version-previous]').click()
  await expect(chat.questions).toHaveText(/20 \+ 21/)
  expect((await chat.finished(0)).answer).toBe('20 + 21 = 41')
})

test('lists, renames, deletes and brings back conversations', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('2 + 2')
  await chat.newChat()
  await chat.ask('3 + 3')
  const items = page.getByTestId('chat-item')
  await expect(items).toHaveCount(2)
  const choose = async (action: string) => {
    await items.first().hover()
    await items.first().getByTestId('chat-menu').click()
    await page.locator(`[role=menu] [data-part=${action}]`).click()
  }
  await choose('rename')
  await items.first().locator('[data-part=title]').fill('Sums')
  await page.keyboard.press('Enter')
  await expect(items.first()).toHaveText('Sums')
  await choose('delete')
  await expect(items).toHaveCount(1)
  await expect(chat.replies).toHaveCount(0)
  await page.getByTestId('undo-delete').locator('[data-part=toast-action]').click()
  await expect(items).toHaveCount(2)
  await expect(chat.questions).toHaveCount(0)
  await items.first().click()
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
  await expect(page.getByTestId('send')).toHaveAccessibleName(said('zh-CN', 'send'))
  await chat.open('/?q=Who+are+you%3F&send=1')
  expect((await chat.finished(0)).answer).toContain('Nano')
  const { hash } = new URL(page.url())
  await chat.open(`/?q=3%2B4${hash}`)
  await expect(chat.questions).toHaveText(/Who are you/)
  await expect(chat.composer).toHaveValue('3+4')
  await chat.open(`/?q=3%2B5&send=1${hash}`)
  expect((await chat.finished(1)).answer).toContain('8')
})

test('follows the end of the answer, leaves a reader who scrolled up alone, and shows a new answer', async ({
  page,
}) => {
  await page.setViewportSize({ width: 700, height: 420 })
  const chat = new ChatPage(page)
  await chat.open()
  for (const question of ['20 + 21', '30 + 31', '40 + 41']) await chat.ask(question)
  const toEnd = page.getByTestId('jump-to-end')
  await expect(chat.replies.last()).toBeInViewport()
  await expect(toEnd).toHaveCount(0)

  await chat.replies.last().hover()
  await page.mouse.wheel(0, -2000)
  await expect(toEnd).toBeVisible()
  await expect(chat.questions.first()).toBeInViewport()
  // Jumping to the end is animated, and Chromium drops a wheel event during the animation.
  const arrived = page
    .getByTestId('scroller')
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
