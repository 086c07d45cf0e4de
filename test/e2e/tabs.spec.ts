import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'

/** Asks in one tab, whose model does not arrive until `open`, and looks at the same chat in another. */
async function twoTabs(page: Page) {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  await page.route('**/models/nano/*.gguf', async (route) => {
    await opened
    await route.continue()
  })
  const writer = new ChatPage(page)
  await writer.open('/?lang=en')
  await writer.send('20 + 22')
  await expect(page).toHaveURL(/#\/c\//)
  // a draft, because typing it would load the model in that tab as well
  await page.evaluate(() => localStorage.setItem(`thinktab-draft:${location.hash.slice('#/c/'.length)}`, 'and now?'))
  const reader = new ChatPage(await page.context().newPage())
  await reader.open(`/${new URL(page.url()).hash}`)
  return { writer, reader, open }
}

test('shows a reply that another tab is writing as such, and then the whole of it', async ({ page }) => {
  const { writer, reader, open } = await twoTabs(page)
  await expect(reader.replies.locator('[data-part=written-elsewhere]')).toBeVisible()
  await expect(reader.replies).toHaveAttribute('data-state', 'streaming')
  await expect(reader.page.getByTestId('busy')).toBeVisible()
  await expect(reader.page.getByTestId('send')).toBeDisabled()
  await reader.composer.press('Enter')
  await expect(reader.composer).toHaveValue('and now?')

  open()
  await page.bringToFront()
  expect((await writer.finished(0)).answer).toBe('20 + 22 = 42')
  expect(await reader.finished(0)).toMatchObject({ state: 'done', answer: '20 + 22 = 42' })
  await expect(reader.page.locator('[data-part=written-elsewhere], [data-part=ended], [data-testid=busy]')).toHaveCount(
    0,
  )
  await expect(reader.page.getByTestId('send')).toBeEnabled()
})

test('keeps the draft for a new chat of each tab apart, and a begun edit, over a reload', async ({ page }) => {
  const [one, other] = [new ChatPage(page), new ChatPage(await page.context().newPage())]
  await one.open('/?lang=en')
  await one.composer.fill('first')
  await other.open('/?lang=en')
  await expect(other.composer).toHaveValue('')
  await other.composer.fill('second')
  await page.reload()
  await expect(one.composer).toHaveValue('first')
  await other.page.reload()
  await expect(other.composer).toHaveValue('second')
  await other.page.close()
  const third = new ChatPage(await page.context().newPage())
  await third.open('/?lang=en')
  await expect(third.composer).toHaveValue('second')

  await one.ask('20 + 22')
  await one.questions.locator('[data-part=edit]').click()
  await one.questions.locator('[data-part=edit-text]').fill('20 + 23')
  await page.reload()
  await expect(one.questions.locator('[data-part=edit-text]')).toHaveValue('20 + 23')
  await one.questions.locator('[data-part=edit-send]').click()
  await expect(one.questions).toHaveText(/20 \+ 23/)
  await page.reload()
  await expect(one.questions).toHaveText(/20 \+ 23/)
  await expect(one.questions.locator('[data-part=edit-text]')).toHaveCount(0)
})

test('shows a reply as cut off once the tab that wrote it is closed', async ({ page }) => {
  const { reader } = await twoTabs(page)
  await expect(reader.replies.locator('[data-part=written-elsewhere]')).toBeVisible()
  await page.close()
  await expect(reader.replies.locator('[data-part=ended]')).toHaveAttribute('data-reason', 'closed')
  await expect(reader.replies).toHaveAttribute('data-state', 'stopped')
  await expect(reader.page.locator('[data-part=regenerate]')).toBeEnabled()
})
