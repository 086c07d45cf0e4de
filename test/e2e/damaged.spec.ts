import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { store } from '../fixtures/stored'

type Fields = Readonly<Record<string, unknown>>

const CHAT = {
  id: 'sums',
  title: 'Sums',
  turns: [
    ['1 + 1', 'one and one\n</think>\n\nThe first answer'],
    ['2 + 2', 'two and two\n</think>\n\nThe second answer'],
    ['3 + 3', 'three and three\n</think>\n\nThe third answer'],
  ],
} as const

/** Changes or deletes a stored record, as a fault of the disk or of an earlier version could. */
async function damage(page: Page, table: string, id: string, change: Fields | 'gone'): Promise<void> {
  await page.evaluate(
    async ([name, key, fields]) => {
      const result = <T>(request: IDBRequest<T>) =>
        new Promise<T>((resolve, reject) => {
          request.onsuccess = () => resolve(request.result)
          request.onerror = () => reject(request.error ?? new Error('refused'))
        })
      const database = await result(indexedDB.open('thinktab-conversations'))
      const records = database.transaction(name, 'readwrite').objectStore(name)
      if (fields === 'gone') await result(records.delete(key))
      else {
        const record = { ...((await result(records.get(key))) as Fields), ...fields }
        // An undefined value here was null before; it stands for a record without the field.
        const left = Object.entries(record).filter(([, value]) => value !== undefined)
        await result(records.put(Object.fromEntries(left)))
      }
      database.close()
    },
    [table, id, change] as const,
  )
}

async function open(page: Page): Promise<ChatPage> {
  const chat = new ChatPage(page)
  await chat.open()
  await store(page, [CHAT])
  return chat
}

const messages = (page: Page) => page.getByTestId('message')

for (const [name, change, text] of [
  ['without text', { text: undefined }, ''],
  ['whose text is no text', { text: { of: 'it' } }, ''],
  ['of no role', { role: 'system' }, 'The second answer'],
  ['without a date', { createdAt: 'yesterday' }, 'The second answer'],
  ['of an unknown parent', { parentId: 7 }, 'The second answer'],
  ['of a later version', { version: 99 }, 'The second answer'],
] as const)
  test(`a message ${name} is shown as damaged in its place, and costs no other`, async ({ page }) => {
    await open(page)
    await damage(page, 'messages', 'sums-1-assistant', change)
    await page.goto('/#/c/sums')
    await expect(messages(page)).toHaveCount(6)
    const damaged = messages(page).nth(3)
    await expect(damaged).toHaveAttribute('data-state', 'damaged')
    if (text !== '') await expect(damaged.locator('[data-part=damaged-text]')).toContainText(text)
    await expect(messages(page).nth(1)).toContainText('The first answer')
    await expect(messages(page).nth(5)).toContainText('The third answer')
    await expect(page.getByTestId('last-resort')).toHaveCount(0)
  })

for (const [name, error] of [
  ['an error of a later version', { code: 'flood', message: 'x', retry: 'now', details: {} }],
  ['an error without details', { code: 'repository-unusable', message: 'x', retry: 'now' }],
  ['an error that is none', 'broken'],
] as const)
  test(`a reply with ${name} is shown, and the chat goes on`, async ({ page }) => {
    const chat = await open(page)
    await damage(page, 'messages', 'sums-2-assistant', { state: 'error', error })
    await page.goto('/#/c/sums')
    await expect(messages(page).nth(5)).toContainText('The third answer')
    await page.reload()
    await expect(messages(page)).toHaveCount(6)
    expect((await chat.ask('31 + 45')).answer).toBe('31 + 45 = 76')
  })

test('a chat whose last message is gone opens at its newest', async ({ page }) => {
  await open(page)
  await damage(page, 'messages', 'sums-2-assistant', 'gone')
  await page.goto('/#/c/sums')
  await expect(messages(page)).toHaveCount(5)
  await expect(messages(page).last()).toContainText('3 + 3')
})

test('a chat that lost a message in its middle shows all others', async ({ page }) => {
  await open(page)
  await damage(page, 'messages', 'sums-1-user', 'gone')
  await page.goto('/#/c/sums')
  await expect(messages(page)).toHaveCount(5)
})

test('a chat without a date comes back into the list', async ({ page }) => {
  await open(page)
  await damage(page, 'conversations', 'sums', { updatedAt: undefined })
  await page.reload()
  await expect(page.getByTestId('chat-item')).toHaveText(/Sums/)
})

test('messages without their chat are gathered into one that can be opened', async ({ page }) => {
  const chat = await open(page)
  await damage(page, 'conversations', 'sums', 'gone')
  await page.reload()
  const item = page.getByTestId('chat-item')
  await expect(item).toHaveText(/1 \+ 1/)
  await item.getByRole('link').click()
  await expect(messages(page)).toHaveCount(6)
  expect((await chat.ask('31 + 45')).answer).toBe('31 + 45 = 76')
})
