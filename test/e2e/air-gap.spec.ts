import { expect, type BrowserContext, type Page } from '@playwright/test'
import { serve } from '../../scripts/serve.mjs'
import { ChatPage } from '../fixtures/chat-page'
import { REPOSITORY } from '../fixtures/hub'
import { listen, type Listener } from '../fixtures/listener'
import { lacking } from '../fixtures/no-gpu'
import { keptOffline, test, type OwnBrowser } from '../fixtures/own-browser'
import { said } from '../fixtures/texts'

test.use({ serviceWorkers: 'allow' })
test.setTimeout(180_000)

/** The site's own host, which notes what it is asked for, and another one that nothing should reach. */
let site: { readonly url: string; readonly close: () => Promise<void> }
let heard: string[]
let elsewhere: Listener

test.beforeEach(async () => {
  heard = []
  elsewhere = await listen()
  site = await serve(0, { asked: (path) => void heard.push(path) })
})
test.afterEach(async () => {
  elsewhere.close()
  await site.close()
})

/** What both hosts were asked for since the last time. */
function asked(): string[] {
  const { connections, paths } = elsewhere.heard()
  const all = [...heard, ...paths, ...Array.from({ length: connections }, () => 'a connection')]
  heard = []
  elsewhere.forget()
  return all
}

async function start(own: OwnBrowser): Promise<BrowserContext> {
  const context = await own.start()
  await lacking('WebGPU', context)
  return context
}

/** Opens the site in a new browser, has Nano answer, and turns the air gap on. */
async function gapped(own: OwnBrowser, locale = 'en'): Promise<Page> {
  const page = await (await start(own)).newPage()
  const chat = new ChatPage(page)
  await page.goto(`${site.url}?lang=${locale}`)
  expect((await chat.ask('20 + 22')).answer).toBe('20 + 22 = 42')
  await keptOffline(page)
  await page.goto(`${site.url}#/settings/privacy`)
  await page.getByTestId('air-gap').check()
  await expect(page.getByTestId('air-gap-on')).toBeVisible()
  asked()
  return page
}

/** Tries every way out of a page. @returns those on which something came back */
const waysOut = (page: Page, url: string) =>
  page.evaluate(async (host) => {
    const open: string[] = []
    const attempt = async (name: string, act: () => Promise<unknown>) => {
      await act().then(
        () => open.push(name),
        () => undefined,
      )
    }
    for (const address of [host, new URL('./models/catalogue.json?fresh', document.baseURI).href, './sw.js?again'])
      await attempt(`fetch ${address}`, async () => {
        const response = await fetch(address, { cache: 'reload' })
        if (!response.ok) throw new TypeError(String(response.status))
      })
    await attempt('image', async () => {
      const image = new Image()
      image.src = new URL('./icon.svg?fresh', document.baseURI).href
      await image.decode()
    })
    await attempt('socket', async () => {
      const socket = new WebSocket(host.replace('http', 'ws'))
      await new Promise((resolve, reject) => {
        socket.onopen = resolve
        socket.onerror = reject
      })
    })
    return open
  }, url)

test('asks no network from then on: not in chats, pages, downloads, new tabs, nor after a restart', async ({ own }) => {
  let page = await gapped(own)
  let chat = new ChatPage(page)
  await page.reload()
  await expect(page.getByTestId('air-gap')).toBeChecked()
  for (const path of ['#/history', '#/models', '#/settings', '#/search', '#/']) {
    await page.goto(site.url + path)
    await page.waitForLoadState('networkidle')
  }
  for (const [question, answer] of [
    ['30 + 12', '30 + 12 = 42'],
    ['12 + 13', '12 + 13 = 25'],
  ] as const)
    expect((await chat.ask(question)).answer).toBe(answer)
  expect(await waysOut(page, elsewhere.url)).toEqual([])
  expect(asked()).toEqual([])
  // What would have to be fetched again cannot be freed.
  await page.goto(`${site.url}#/settings/storage`)
  await page.locator('[data-part=free-site]').click()
  await expect(page.locator('[data-testid=storage-use] [role=status]')).toHaveText(said('en', 'storage_free_gapped'))
  await expect(page.getByTestId('air-gap-on')).toBeVisible()

  await page.goto(`${site.url}#/models`)
  const card = page.locator('[data-testid=model-card][data-model-id="qwen3-0.6b"]')
  await card.locator('[data-part=download]').click()
  await card.locator('[data-part=download][data-anyway=true]').click()
  await expect(card.getByTestId('notice')).toHaveAttribute('data-code', 'air-gapped')
  await expect(card.getByTestId('notice').locator('p')).toHaveText(said('en', 'error_air_gapped'))
  await page.getByTestId('add-model').fill(REPOSITORY)
  await page.getByTestId('add-model').press('Enter')
  await expect(page.getByTestId('add-model-problem')).toHaveAttribute('data-problem', 'air-gapped')

  const other = await page.context().newPage()
  await other.goto(site.url)
  expect((await new ChatPage(other).ask('1 + 1')).answer).toBe('1 + 1 = 2')

  expect(asked()).toEqual([])

  page = await (await start(own)).newPage()
  chat = new ChatPage(page)
  await page.goto(`${site.url}?lang=zh-CN`)
  await expect(page.getByTestId('air-gap-on')).toHaveAccessibleName(said('zh-CN', 'air_gap_on'))
  expect((await chat.ask('31 + 45')).answer).toBe('31 + 45 = 76')
  await page.waitForTimeout(3000) // the browser looks for a new service worker a second after a page
  expect(asked()).toEqual([])
})

test('ends where it is turned off, in every tab', async ({ own }) => {
  const page = await gapped(own)
  const other = await page.context().newPage()
  await other.goto(site.url)
  await expect(other.getByTestId('air-gap-on')).toBeVisible()
  await page.getByTestId('air-gap').uncheck()
  await expect(other.getByTestId('air-gap-on')).toHaveCount(0)
  const status = await other.evaluate(async () => (await fetch('./models/catalogue.json?fresh')).status)
  expect([status, asked().includes('/models/catalogue.json')]).toEqual([200, true])
})

test('holds for a page that is reloaded past the service worker, and for damaged files of the site', async ({
  own,
}) => {
  const page = await gapped(own)
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.setBypassServiceWorker', { bypass: true })
  await page.reload()
  const notice = page.locator('[data-section=privacy]').getByTestId('notice')
  await expect(notice).toHaveAttribute('data-code', 'air-gap-leaks')
  await page.waitForLoadState('networkidle')
  expect(asked()).toContain('/')
  await session.send('Network.setBypassServiceWorker', { bypass: false })
  await page.reload()
  await expect(page.getByTestId('air-gap-on')).toBeVisible()
  await expect(notice).toHaveCount(0)
  expect(await waysOut(page, elsewhere.url)).toEqual([])

  await page.evaluate(async () => {
    const name = (await caches.keys()).find((key) => key.startsWith('thinktab-site-')) ?? ''
    const cache = await caches.open(name)
    for (const { url } of await cache.keys()) if (/index\.html|ModelsPage/.test(url)) await cache.delete(url)
  })
  const response = await page.goto(site.url)
  expect(await response?.text()).toContain('断网模式')
  expect(asked()).toEqual([])
  await page.getByRole('link').first().click()
  await expect(page.getByTestId('composer')).toBeVisible()
  await expect(page.getByTestId('air-gap-on')).toHaveCount(0)
  await expect(new ChatPage(page).composer).toBeVisible()
})

test('says why not where the site is not stored', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'serviceWorker', { value: undefined }))
  await page.goto(`${site.url}?lang=zh-CN#/settings/privacy`)
  await page.getByTestId('air-gap').click()
  const notice = page.locator('[data-section=privacy]').getByTestId('notice')
  await expect(notice).toHaveAttribute('data-code', 'air-gap-impossible')
  await expect(notice.locator('p')).toHaveText(said('zh-CN', 'error_air_gap_impossible'))
  await expect(page.getByTestId('air-gap')).not.toBeChecked()
  await expect(page.getByTestId('air-gap-on')).toHaveCount(0)
})
