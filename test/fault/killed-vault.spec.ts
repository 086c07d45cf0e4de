import { expect, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { lacking } from '../fixtures/no-gpu'
import { kill, test } from '../fixtures/own-browser'
import { store } from '../fixtures/stored'

/** `npm run faults` asks for more. */
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 3)
const CHATS = 1500
const PASSPHRASE = 'correct horse battery'

async function unlock(page: Page): Promise<void> {
  await page.getByTestId('vault-passphrase').fill(PASSPHRASE)
  await page.getByTestId('vault-unlock').click()
}

test('a browser that is killed while a vault is made has every chat afterwards, and goes on', async ({
  own,
  baseURL,
}) => {
  test.skip(process.platform === 'win32', 'There are no such signals.')
  test.setTimeout(120_000 + ROUNDS * 60_000)
  const open = async () => {
    const context = await own.start()
    await lacking('WebGPU', context)
    const page = await context.newPage()
    await page.goto(`${baseURL ?? ''}?lang=en#/settings/privacy`)
    return { context, page }
  }
  let { context, page } = await open()
  await expect(page.getByTestId('vault')).toBeVisible()
  const turns = [['question', 'thought</think>answer']] as const
  await store(
    page,
    Array.from({ length: CHATS }, (_, at) => ({ id: `chat-${String(at)}`, title: `title ${String(at)}`, turns })),
  )
  await page.getByTestId('vault-passphrase').fill(PASSPHRASE)
  await page.getByTestId('vault-passphrase-again').fill(PASSPHRASE)
  await page.getByTestId('vault-create').click()
  await page.getByTestId('vault-kept').check()
  await page.getByTestId('vault-begin').click()
  const locked = () => page.locator('[data-testid=vault][data-state=locked]')
  const converting = () => page.locator('[data-testid=vault][data-state=converting]')
  const unlocked = () => page.locator('[data-testid=vault][data-state=unlocked]')
  let interrupted = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    await expect(locked()).toBeVisible()
    await unlock(page)
    // On a fast machine it may be over already.
    await expect(converting().or(unlocked())).toBeVisible({ timeout: 60_000 })
    if (await unlocked().isVisible()) break
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 600))
    interrupted += 1
    await kill(own, context)
    ;({ context, page } = await open())
  }
  if (!(await unlocked().isVisible())) {
    await expect(locked()).toBeVisible()
    await unlock(page)
  }
  await expect(unlocked()).toBeVisible({ timeout: 60_000 })
  expect(interrupted).toBeGreaterThan(0)
  const databases = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))
  expect(databases).not.toContain('thinktab-conversations')
  const chat = new ChatPage(page)
  await page.evaluate(() => {
    location.hash = '#/c/chat-7'
  })
  await expect(chat.questions).toHaveText(/question/)
  const count = await page.evaluate(async () => {
    const opening = indexedDB.open('thinktab-sealed')
    await new Promise((resolve) => (opening.onsuccess = resolve))
    const counts = ['conversations', 'messages'].map(
      (name) =>
        new Promise<number>((resolve) => {
          const request = opening.result.transaction(name).objectStore(name).count()
          request.onsuccess = () => resolve(request.result)
        }),
    )
    return await Promise.all(counts)
  })
  expect(count).toEqual([CHATS, 2 * CHATS])
})
