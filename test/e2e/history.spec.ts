import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { clipboard } from '../fixtures/clipboard'
import { store } from '../fixtures/stored'
import { violations } from '../fixtures/violations'

const CHATS = [
  {
    id: 'heat',
    title: 'Heat pumps',
    turns: [
      [
        'How does a heat pump work?',
        'A compressor first.\n</think>\n\nIt moves **warmth** from outside to inside.\n\n```python\ndef heat(x):\n    return x < 3  # <b>cold</b>\n```',
      ],
      ...Array.from(
        { length: 30 },
        (_, at) => [`And in year ${at}?`, `</think>\n\nThe same, as said in ${at}.`] as const,
      ),
    ],
  },
  { id: 'cats', title: '小猫咪', turns: [['我家的小猫咪很可爱', '想一想\n</think>\n\n是的，猫很可爱。']] },
] as const

async function open(page: Page) {
  const chat = new ChatPage(page)
  await chat.open()
  await store(page, CHATS)
  await page.reload()
  await expect(page.getByTestId('chat-item')).toHaveCount(2)
  return chat
}

/** How many parts of the index are stored. */
const shards = (page: Page) =>
  page.evaluate(async () => {
    const opening = indexedDB.open('thinktab-search')
    await new Promise((resolve) => (opening.onsuccess = resolve))
    const getting = opening.result.transaction('shards').objectStore('shards').count()
    await new Promise((resolve) => (getting.onsuccess = resolve))
    opening.result.close()
    return getting.result
  })

test('finds words in chats from anywhere, goes to the message, and follows what is asked next', async ({ page }) => {
  const chat = await open(page)
  await page.keyboard.press('Control+k')
  const field = page.getByTestId('search')
  await expect(field).toBeFocused()
  await field.fill('warmt')
  const hits = page.getByTestId('search-hit')
  await expect(hits).toHaveText(/It moves \*\*warmth/)
  await expect(hits.locator('mark')).toHaveText('warmth')
  expect(await violations(page)).toEqual([])
  await hits.click()
  await expect(page.getByTestId('search-dialog')).toHaveCount(0)
  await expect(page).toHaveURL(/#\/c\/heat$/)
  const answer = page.locator('[data-message-id=heat-0-assistant]')
  await expect(answer).toBeInViewport()
  await expect(answer).toBeFocused()

  await page.keyboard.press('Control+k')
  await field.fill('猫')
  await expect(hits).toHaveCount(3)
  await field.fill('compressor')
  await expect(page.locator('[data-part=search-status]')).toHaveText(/^0/)
  await page.locator('[data-part=search-filters]').click()
  await page.locator('[data-part=search-thoughts]').check()
  await expect(hits).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('search-dialog')).toHaveCount(0)

  await chat.newChat()
  await chat.ask('20 + 22')
  await page.goto('/#/search')
  await field.fill('"20 + 22"')
  await expect(hits.first()).toBeVisible()
  expect(await violations(page)).toEqual([])
})

test('finds at once after a reload, and rebuilds an index that is damaged', async ({ page }) => {
  await open(page)
  const hits = page.getByTestId('search-hit')
  const find = async () => {
    await page.keyboard.press('Control+k')
    await page.getByTestId('search').fill('warmth')
    await expect(hits).toHaveCount(1)
  }
  await find()
  await expect.poll(() => shards(page), { timeout: 15_000 }).toBe(1)
  await page.evaluate(async () => {
    const opening = indexedDB.open('thinktab-search')
    await new Promise((resolve) => (opening.onsuccess = resolve))
    const transaction = opening.result.transaction('shards', 'readwrite')
    transaction.objectStore('shards').put({ data: new Blob(['{"half']), version: 2 }, 0)
    await new Promise((resolve) => (transaction.oncomplete = resolve))
    opening.result.close()
  })
  await page.reload()
  await find()
})

test('does from the search box what the buttons do', async ({ page }) => {
  const chat = await open(page)
  await page.getByTestId('search-open').click()
  await page.getByTestId('search').fill('temporary')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('temporary')).toBeVisible()
  expect((await chat.ask('20 + 22')).answer).toBe('20 + 22 = 42')
  await expect(page.getByTestId('chat-item')).toHaveCount(2)
  await page.reload()
  await expect(chat.questions).toHaveCount(0)
  await expect(page.getByTestId('chat-item')).toHaveCount(2)
})

test('takes every chat out and in again, and shows what of a file it could not read', async ({
  page,
  browser,
}, info) => {
  await open(page)
  await page.goto('/#/history')
  expect(await violations(page)).toEqual([])
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-chats').click()])
  const path = await download.path()
  expect(download.suggestedFilename()).toMatch(/^thinktab-.*\.json$/)

  const report = page.getByTestId('import')
  await page.getByTestId('import-chats').setInputFiles(path)
  await expect(report).toHaveAttribute('data-known', '2')

  await page.locator('[data-part=delete-all-word]').fill('delete')
  await page.locator('[data-part=delete-all-confirm]').click()
  await expect(page.getByTestId('delete-all')).toHaveAttribute('data-outcome', 'done')
  await expect(page.getByTestId('chat-item')).toHaveCount(0)

  await page.getByTestId('import-chats').setInputFiles(path)
  await expect(report).toHaveAttribute('data-added', '2')
  await expect(page.getByTestId('chat-item')).toHaveText(['小猫咪', 'Heat pumps'])
  await page.getByTestId('import-chats').setInputFiles({
    name: 'odd.jsonl',
    mimeType: 'application/jsonl',
    buffer: Buffer.from('{"conversations":[{"from":"human","value":"hi <img src=x onerror=alert(1)>"}]}\n{"half\n'),
  })
  await expect(report).toHaveAttribute('data-added', '1')
  await expect(page.locator('[data-part=import-problem]')).toHaveText(/odd\.jsonl line 2/)
  expect(await violations(page)).toEqual([])

  // one chat as a web page, opened without a network
  const row = page.getByTestId('chat-item').filter({ hasText: 'Heat pumps' })
  await row.hover()
  await row.getByTestId('chat-menu').click()
  await page.locator('[role=menu] [data-part=export]').click()
  await page.locator('[data-part=export-format]').selectOption('html')
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-chats').click()])
  expect(saved.suggestedFilename()).toBe('Heat pumps.html')
  const reader = await (await browser.newContext({ offline: true })).newPage()
  const refused: string[] = []
  reader.on('console', (message) => refused.push(message.text()))
  const file = info.outputPath('chat.html')
  await saved.saveAs(file)
  await reader.goto(`file://${file}`)
  await expect(reader.locator('h1')).toHaveText('Heat pumps')
  await expect(reader.locator('details').first()).not.toHaveAttribute('open')
  await expect(reader.locator('strong')).toHaveText('warmth')
  expect(await reader.evaluate(() => getComputedStyle(document.body).maxWidth)).toBe('704px')
  await expect(reader.locator('pre code')).toHaveText('def heat(x):\n    return x < 3  # <b>cold</b>')
  const keyword = reader.locator('.code-keyword').first()
  await expect(keyword).toHaveText('def')
  await expect(keyword).toHaveCSS('color', 'rgb(138, 52, 102)')
  await reader.emulateMedia({ colorScheme: 'dark' })
  await expect(keyword).toHaveCSS('color', 'rgb(221, 159, 196)')
  expect(refused).toEqual([])
  await reader.context().close()
})

test('prints the conversation, not the screen, with thoughts as they are open or folded', async ({ page }) => {
  await open(page)
  await page.goto('/#/c/heat')
  const thought = page.locator('[data-part=thought-text]').first()
  await page.locator('[data-part=thought-toggle]').first().click()
  await expect(thought).toBeVisible()
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  for (const hidden of ['composer', 'new-chat', 'chat-item'])
    await expect(page.getByTestId(hidden).first()).toBeHidden()
  await expect(page.locator('[data-part=copy]').first()).toBeHidden()
  await expect(thought).toBeVisible()
  // Every message is laid out on paper, one below the other.
  const { height, light } = await page.evaluate(() => ({
    height: document.documentElement.scrollHeight,
    light: getComputedStyle(document.documentElement).colorScheme,
  }))
  expect(height).toBeGreaterThan(3000)
  expect(light).toBe('light')
  await page.emulateMedia({ media: 'screen' })
  await page.locator('[data-part=thought-toggle]').first().click()
  await page.emulateMedia({ media: 'print' })
  await expect(thought).toBeHidden()
})

test('can be installed: every icon is there, and a shared text becomes a draft', async ({ page, request }) => {
  await page.goto('/')
  const manifest = (await (await request.get('/manifest.webmanifest')).json()) as {
    icons: { src: string; sizes: string; purpose: string }[]
    shortcuts: { url: string }[]
    share_target: { action: string; method: string; params: { text: string } }
  }
  expect(manifest.icons.map(({ purpose }) => purpose)).toContain('maskable')
  const touch = (await page.locator('link[rel=apple-touch-icon]').getAttribute('href')) ?? ''
  for (const { src, sizes } of [...manifest.icons, { src: touch, sizes: '180x180' }]) {
    const size = await page.evaluate(async (url) => {
      const image = new Image()
      image.src = url
      await image.decode()
      return `${image.naturalWidth}x${image.naturalHeight}`
    }, src)
    if (sizes !== 'any') expect(size).toBe(sizes)
  }
  const { action, method, params } = manifest.share_target
  expect(method).toBe('GET')
  const chat = new ChatPage(page)
  await chat.open(`/${action}?${params.text}=shared+text`)
  await expect(chat.composer).toHaveValue('shared text')
  expect(
    await page.evaluate(() =>
      [...document.querySelectorAll('meta[name=theme-color]')].map((meta) => meta.getAttribute('content')),
    ),
  ).toEqual(['#fbfaf7', '#1d1b19'])
  await page.goto('/#/settings/appearance')
  await page.getByTestId('theme').selectOption('dark')
  await expect(page.locator('meta[name=theme-color]').first()).toHaveAttribute('content', '#1d1b19')
  for (const { url } of manifest.shortcuts) {
    await page.goto(`/${url}`)
    await expect(page.getByTestId('last-resort')).toHaveCount(0)
  }
})

test('shares a short chat by a link, which opens unstored and can be kept', async ({ page, context, browser }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await open(page)
  const row = page.getByTestId('chat-item').filter({ hasText: '小猫咪' })
  await row.hover()
  await row.getByTestId('chat-menu').click()
  await page.locator('[role=menu] [data-part=export]').click()
  await page.locator('[data-part=share-link]').click()
  await expect(page.locator('[data-part=share-link]')).toHaveAttribute('data-outcome', 'copied')
  const link = await clipboard(page)
  expect(link.length).toBeLessThan(8100)

  const other = await (await browser.newContext()).newPage()
  await other.goto(link)
  const chat = new ChatPage(other)
  await expect(chat.questions).toHaveText(/我家的小猫咪很可爱/)
  await expect(other.getByTestId('temporary')).toBeVisible()
  await expect(other.getByTestId('chats-empty')).toBeVisible()
  expect(await violations(other)).toEqual([])
  await other.locator('[data-part=keep]').click()
  await expect(other.getByTestId('chat-item')).toHaveText('小猫咪')
  await expect(other.getByTestId('temporary')).toHaveCount(0)
  await expect(chat.replies).toHaveCount(1)
  // a link that is cut, changed, or nearly empty: an error is shown, and nothing is stored
  for (const damaged of [link.slice(0, -40), `${link.slice(0, -9)}%20=?`, link.replace(/shared\/.*/, 'shared/')]) {
    await other.goto(damaged)
    await expect(other.getByTestId('link-damaged').getByTestId('notice')).toHaveAttribute('data-code', 'link-damaged')
    expect(await violations(other)).toEqual([])
    await expect(other.getByTestId('chat-item')).toHaveCount(1)
  }
  await other.goto(link)
  await expect(chat.questions).toHaveText(/我家的小猫咪很可爱/)
  await other.context().close()
})

test('frees the index of the search, which comes back with the next one', async ({ page }) => {
  await open(page)
  await page.keyboard.press('Control+k')
  await page.getByTestId('search').fill('warmth')
  await expect(page.getByTestId('search-hit')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect.poll(() => shards(page), { timeout: 15_000 }).toBe(1)
  await page.goto('/#/history')
  await expect(page.getByTestId('storage-use')).toHaveAttribute('data-persisted', /true|false/)
  const sized = (part: string) => expect(page.locator(`[data-part=${part}]`))
  await sized('storage-chats').toHaveAttribute('data-bytes', /^[1-9]\d{3,}$/)
  await sized('storage-search').toHaveAttribute('data-bytes', /^[1-9]\d+$/)
  await page.goto('/#/settings/storage')
  await sized('storage-chats').toHaveAttribute('data-bytes', /^[1-9]\d{3,}$/)
  await page.locator('[data-part=free-search]').click()
  await expect(page.locator('[data-part=free-search]')).toBeDisabled()
  await sized('storage-search').toHaveAttribute('data-bytes', '0')
  expect(await violations(page)).toEqual([])
  await page.reload()
  await page.keyboard.press('Control+k')
  await page.getByTestId('search').fill('warmth')
  await expect(page.getByTestId('search-hit')).toHaveCount(1)
})
