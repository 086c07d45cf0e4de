import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'

/** Chooses an own model to answer. */
async function useOwnModel(page: Page): Promise<void> {
  await page.goto('/?lang=en#/models')
  await page.getByTestId('import-model').setInputFiles('public/models/nano/nano.gguf')
  const card = page.locator('[data-testid=model-card][data-model-id^=gguf-]')
  await card.getByTestId('use-model').click()
  await page.getByTestId('models-back').click()
}

/** Starts a load that does not end, because llama.cpp's own files do not come. */
async function loadForEver(page: Page): Promise<void> {
  await page.route('**/wllama*.wasm', () => undefined)
  await page.getByTestId('composer').press('1')
  await expect(page.getByTestId('model')).toHaveAttribute('data-state', 'loading')
  await expect.poll(() => page.evaluate(() => localStorage.getItem('thinktab-loading'))).not.toBeNull()
}

test('a load that ended its page is told of at the next start, and not repeated by itself', async ({
  context,
  page,
}) => {
  await useOwnModel(page)
  await loadForEver(page)
  const crashed = page.waitForEvent('crash')
  await page.goto('chrome://crash').catch(() => undefined)
  await crashed
  await page.close()

  const next = await context.newPage()
  const chat = new ChatPage(next)
  await chat.open('/?lang=en')
  const notice = next.getByTestId('notice')
  await expect(notice).toHaveAttribute('data-code', 'load-ended-page')
  await expect(chat.model).toHaveAttribute('data-state', 'error')
  await expect(notice).toContainText('ckpt') // the file's own name for itself
  await chat.composer.press('1')
  await expect(chat.model).toHaveAttribute('data-state', 'error')
  // a person who sends a question has read that, and wants to try
  expect((await chat.ask('2 + 30')).answer).toContain('32')
  await next.reload()
  await expect(chat.questions).toHaveText(/2 \+ 30/)
  await expect(next.getByTestId('notice')).toHaveCount(0)
})

test('a page that is left while it loads says nothing at the next start', async ({ context, page }) => {
  await useOwnModel(page)
  await loadForEver(page)
  await page.close({ runBeforeUnload: true })
  const next = await context.newPage()
  const chat = new ChatPage(next)
  await chat.open('/?lang=en')
  await expect(chat.model).toHaveAttribute('data-state', 'absent')
  await expect(next.getByTestId('notice')).toHaveCount(0)
})
