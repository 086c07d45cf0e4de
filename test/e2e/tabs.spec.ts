import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { midAnswer, slowDown } from '../fixtures/slow-engine'

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

test('shows the words of a reply while another tab writes them', async ({ page }) => {
  const writer = new ChatPage(page)
  await writer.open('/?lang=en')
  await slowDown(page, 10)
  await midAnswer(page)
  const reader = new ChatPage(await page.context().newPage())
  await reader.open(`/${new URL(page.url()).hash}`)
  const thought = reader.replies.locator('[data-part=thought-text]')
  await expect(reader.replies.locator('[data-part=written-elsewhere]')).toBeVisible()
  await reader.replies.locator('[data-part=thought-toggle]').click()
  const first = ((await thought.textContent()) ?? '').length
  await expect.poll(async () => ((await thought.textContent()) ?? '').length).toBeGreaterThan(first + 20)
  await expect(reader.replies).toHaveAttribute('data-state', 'streaming')
  const { answer } = await writer.finished(0)
  expect(await reader.finished(0)).toMatchObject({ state: 'done', answer })
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
  await one.finished(0)
  await page.reload()
  await expect(one.questions).toHaveText(/20 \+ 23/)
  await expect(one.questions.locator('[data-part=edit-text]')).toHaveCount(0)

  await one.replies.locator('[data-part=more]').click()
  await page.locator('[data-part=edit-reply]').click()
  await one.replies.locator('[data-part=edit-answer]').fill('20 + 23 is')
  await page.reload()
  await expect(one.replies.locator('[data-part=edit-answer]')).toHaveValue('20 + 23 is')
  await one.replies.locator('[data-part=edit-reply-cancel]').click()
  await page.reload()
  await expect(one.replies).toHaveCount(1)
  await expect(one.replies.locator('[data-part=edit-answer]')).toHaveCount(0)
})

test('shows a reply as cut off once the tab that wrote it is closed', async ({ page }) => {
  const { reader } = await twoTabs(page)
  await expect(reader.replies.locator('[data-part=written-elsewhere]')).toBeVisible()
  await page.close()
  await expect(reader.replies.locator('[data-part=ended]')).toHaveAttribute('data-reason', 'closed')
  await expect(reader.replies).toHaveAttribute('data-state', 'stopped')
  await expect(reader.page.locator('[data-part=regenerate]')).toBeEnabled()
})

/** Deletes the chat on top of the list. */
async function deleteFirst(page: Page): Promise<void> {
  const item = page.getByTestId('chat-item').first()
  await item.hover()
  await item.getByTestId('chat-menu').click()
  await page.locator('[data-part=delete]').click()
}

test('says that another tab deleted the chat on the page, keeps it with the question typed, and puts it back', async ({
  page,
}) => {
  const reader = new ChatPage(page)
  await reader.open('/?lang=en')
  await reader.ask('20 + 22')
  await reader.composer.fill('30 + 12')
  const other = await page.context().newPage()
  await other.goto('/#/history')
  await other.getByTestId('delete-all').locator('[data-part=delete-all-word]').fill('delete')
  await other.locator('[data-part=delete-all-confirm]').click()
  const deleted = page.getByTestId('deleted-elsewhere')
  await expect(deleted).toBeVisible()
  await expect(reader.questions).toHaveCount(0)
  await expect(page.getByTestId('chat-item')).toHaveCount(0)
  await reader.composer.press('Enter')
  await expect(reader.composer).toHaveValue('30 + 12')
  await expect(page.getByTestId('send')).toBeDisabled()
  // it is still there after a look at another page
  await page.getByTestId('new-chat').click()
  await expect(deleted).toHaveCount(0)
  await page.goBack()
  await deleted.locator('[data-part=put-back]').click()
  await expect(deleted).toHaveCount(0)
  await expect(other.getByTestId('chat-item')).toHaveCount(1)
  await page.reload()
  await expect(reader.questions).toHaveText([/20 \+ 22/])
  await expect(reader.composer).toHaveValue('30 + 12')
  await reader.composer.press('Enter')
  expect((await reader.finished(1)).answer).toBe('30 + 12 = 42')
})

test('ends a reply whose chat another tab deletes, and both tabs put it back once', async ({ page }) => {
  const writer = new ChatPage(page)
  await writer.open('/?lang=en')
  await slowDown(page, 40) // the other tab needs its time to delete it
  const other = new ChatPage(await page.context().newPage())
  await other.open()
  await page.bringToFront()
  await midAnswer(page)
  await deleteFirst(other.page)
  const deleted = page.getByTestId('deleted-elsewhere')
  await expect(deleted).toBeVisible()
  await expect(page.getByTestId('stop')).toHaveCount(0)
  await deleted.locator('[data-part=put-back]').click()
  await other.page.getByTestId('undo-delete').locator('[data-part=toast-action]').click()
  const written = (await writer.finished(0)).thought
  expect(written.length).toBeGreaterThan(40)
  await expect(other.page.getByTestId('chat-item')).toHaveCount(1)
  await other.page.getByTestId('chat-item').getByRole('link').click()
  expect(await other.finished(0)).toMatchObject({ state: 'stopped', thought: written })
  await page.reload()
  expect(await writer.finished(0)).toMatchObject({ state: 'stopped', thought: written })
  await expect(page.getByTestId('chat-item')).toHaveCount(1)
})
