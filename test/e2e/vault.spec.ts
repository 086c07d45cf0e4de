import { join } from 'node:path'
import { expect, type BrowserContext, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { lacking } from '../fixtures/no-gpu'
import { test, type OwnBrowser } from '../fixtures/own-browser'
import { filesWith } from '../fixtures/profile-files'
import { store } from '../fixtures/stored'
import { violations } from '../fixtures/violations'

const PASSPHRASE = 'correct horse battery'

async function start(own: OwnBrowser, baseURL = ''): Promise<{ context: BrowserContext; page: Page; chat: ChatPage }> {
  const context = await own.start()
  await lacking('WebGPU', context)
  const page = await context.newPage()
  await page.goto(`${baseURL}?lang=en`)
  return { context, page, chat: new ChatPage(page) }
}

const profile = (own: OwnBrowser) => join(own.folder, 'profile')

const state = (page: Page, wanted: string) =>
  expect(page.locator(`[data-testid=vault][data-state=${wanted}]`)).toBeVisible({ timeout: 60_000 })

/** Makes a vault; the page then asks for its passphrase. @returns the recovery code */
async function makeVault(page: Page): Promise<string> {
  await page.goto('#/settings/privacy')
  await page.getByTestId('vault-passphrase').fill(PASSPHRASE)
  await page.getByTestId('vault-passphrase-again').fill(PASSPHRASE)
  await page.getByTestId('vault-create').click()
  const code = (await page.getByTestId('vault-recovery-code').textContent()) ?? ''
  await page.getByTestId('vault-kept').check()
  await page.getByTestId('vault-begin').click()
  await state(page, 'locked')
  return code
}

async function unlock(page: Page, secret = PASSPHRASE): Promise<void> {
  await page.getByTestId('vault-passphrase').fill(secret)
  await page.getByTestId('vault-unlock').click()
}

/** Words that are random, so that no compression hides them. */
const word = (name: string) => `${name}${crypto.randomUUID().replaceAll('-', '')}`

test('a vault leaves no word of earlier chats in the files of the profile, and lets them be read again', async ({
  own,
  baseURL,
}) => {
  test.setTimeout(240_000)
  const { context, page, chat } = await start(own, baseURL)
  await expect(chat.composer).toBeVisible()
  const [title, thought, draft, asked] = [word('title'), word('thought'), word('draft'), word('asked')]
  const chats = Array.from({ length: 300 }, (_, at) => ({
    id: `chat-${String(at)}`,
    title: `${title} ${String(at)}`,
    turns: [[`${asked} ${word('q')}`, `${thought} ${word('t').repeat(20)}</think>${word('a').repeat(20)}`] as const],
  }))
  await store(page, chats)
  await page.reload()
  await chat.composer.fill(`${draft} unsent`)
  // The page has only just opened its database, and is about to be left.
  await expect.poll(() => filesWith(profile(own), draft)).not.toEqual([])
  const inLab = word('lab')
  await page.goto('#/lab')
  await page.getByTestId('lab-own-file').setInputFiles({
    name: `${inLab}.csv`,
    mimeType: 'text/csv',
    buffer: Buffer.from(`question,answer\nWhat is 12 + 30? ${inLab},42\n`),
  })
  await page.locator('[data-testid=lab-suite][data-suite=own]').getByTestId('lab-run').click()
  await expect(page.getByTestId('lab-result')).toHaveAttribute('data-state', 'done', { timeout: 60_000 })
  await page.goto('#/')
  await expect(chat.composer).toHaveValue(`${draft} unsent`)
  // The index of the search is made of the same words.
  await page.keyboard.press('Control+k')
  await page.getByTestId('search').fill(asked)
  await expect(page.getByTestId('search-hit').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await page.waitForTimeout(4000) // it is stored three seconds later
  for (const one of [asked, inLab]) expect(await filesWith(profile(own), one), one).not.toEqual([])

  const code = await makeVault(page)
  await expect(page).toHaveTitle('Thinktab')
  expect(await page.locator('body').innerText()).not.toContain(title)
  await unlock(page)
  await state(page, 'unlocked')
  await page.getByTestId('settings-back').click()
  await expect(chat.composer).toHaveValue(`${draft} unsent`)
  await page.getByText(`${title} 299`).click()
  await expect(page.locator('[data-part=answer]')).toBeVisible()
  await expect(page).toHaveTitle('Thinktab')
  const secret = word('secret')
  await chat.composer.fill(`${secret} in a vault`)
  await page.keyboard.press('Control+k')
  await page.getByTestId('search').fill(asked)
  await expect(page.getByTestId('search-hit').first()).toBeVisible()
  await page.waitForTimeout(4000)
  await context.close()
  for (const one of [title, thought, draft, asked, inLab, secret, PASSPHRASE, code.slice(0, 14)])
    expect(await filesWith(profile(own), one), one).toEqual([])

  // Another start of the browser has the lock, and the same chats behind it.
  const again = await start(own, baseURL)
  await state(again.page, 'locked')
  await unlock(again.page, code)
  await expect(again.page.getByText(`${title} 299`)).toBeVisible()
  await again.page.evaluate(() => (location.hash = '#/lab')) // a navigation would lock it
  await expect(again.page.getByTestId('lab-result')).toContainText(inLab)
})

test('tabs lock together, and one that is unlocked unlocks the others', async ({ page, context }) => {
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  await chat.ask('What is 12 + 30?')
  await makeVault(page)
  await unlock(page)
  await state(page, 'unlocked')
  expect(await violations(page, '[data-testid=vault]')).toEqual([])
  const other = await context.newPage()
  await other.goto('/')
  await expect(other.getByText('What is 12 + 30?').first()).toBeVisible()
  await other.getByTestId('vault-lock').click()
  for (const tab of [page, other]) {
    await state(tab, 'locked')
    await expect(tab.getByText('What is 12 + 30?')).toHaveCount(0)
  }
  expect(await violations(page)).toEqual([])
  await unlock(page)
  await expect(other.getByText('What is 12 + 30?').first()).toBeVisible()
  await page.goto('#/settings/privacy')
  await page.getByTestId('vault-turn-off').click()
  await page.getByTestId('vault-turn-off-confirm').click()
  await state(page, 'locked')
  await unlock(page)
  await state(page, 'off')
  await expect(other.getByText('What is 12 + 30?').first()).toBeVisible()
})

for (const [how, end] of [
  [
    'is forgotten',
    async (page: Page) => {
      await page.getByTestId('forget').click()
      await page.waitForURL('about:blank')
    },
  ],
  // The browser notes the title and the fields of a page that is left for another.
  [
    'is left',
    async (page: Page) => {
      await page.goto('about:blank')
    },
  ],
] as const)
  test(`a temporary chat that ${how} leaves no word in the files of the profile`, async ({ own, baseURL }) => {
    test.setTimeout(180_000)
    const { context, page, chat } = await start(own, baseURL)
    const [asked, draft] = [word('asked'), word('draft')]
    await page.getByTestId('temporary-chat').click()
    await expect(page.getByTestId('temporary')).toBeVisible()
    await chat.ask(`Who are you, ${asked}?`)
    await expect(page.getByText(asked).first()).toBeVisible()
    await chat.composer.fill(draft)
    await page.waitForTimeout(3000) // browsers write some of their files this late
    await end(page)
    await context.close()
    for (const one of [asked, draft]) expect(await filesWith(profile(own), one), one).toEqual([])
  })
