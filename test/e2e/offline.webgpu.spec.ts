import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { serve } from '../../scripts/serve.mjs'
import { ChatPage } from '../fixtures/chat-page'
import { keptOffline, test } from '../fixtures/own-browser'
import { ON_WEBGPU } from '../fixtures/on-webgpu.mjs'
import { listAgain } from '../fixtures/site-versions'

test.use({ serviceWorkers: 'allow' })

const SITE_CACHE = /^thinktab-site-/

/** Waits until the service worker holds the site; nothing else is kept. */
async function stored(page: Page): Promise<void> {
  await keptOffline(page)
  const names = await page.evaluate(() => caches.keys())
  expect(names).toEqual([expect.stringMatching(SITE_CACHE)])
}

test('opens and answers with server and network gone, after one visit', async ({ own }) => {
  test.setTimeout(180_000)
  const open = async () => (await own.start()).newPage()
  const site = await serve(0)
  let page = await open()
  await page.goto(site.url)
  await stored(page) // nothing was asked, nothing loaded: one look at the page is enough
  await site.close()

  page = await open()
  await expect(fetch(site.url)).rejects.toThrow()
  await page.goto(site.url)
  expect((await new ChatPage(page).ask('31 + 45')).answer).toBe('31 + 45 = 76')
  // and again from IndexedDB, with the question in the address
  await page.goto(`${site.url}?q=12%2B13&send=1`)
  expect((await new ChatPage(page).finished(0)).answer).toBe('12 + 13 = 25')
})

test('works below a path, on a host that sets no headers', async ({ page }) => {
  test.setTimeout(180_000)
  const site = await serve(0, { base: '/some/where/', headers: () => ({}) })
  const policies: string[] = []
  // This site has an address of its own, for which nothing is stored beforehand.
  await page.addInitScript(({ name, value }) => localStorage.setItem(name, value), ON_WEBGPU)
  page.on('response', (response) => {
    if (response.url().includes('engine-worker')) policies.push(response.headers()['content-security-policy'] ?? 'none')
  })
  try {
    await page.goto(site.url)
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false)
    await stored(page)
    await page.reload()
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    expect((await new ChatPage(page).ask('20 + 22')).answer).toBe('20 + 22 = 42')
    expect(policies).toEqual([expect.stringContaining("connect-src 'none'")])
  } finally {
    await site.close()
  }
})

test('takes a new version when asked to, not before and never in the middle of an answer', async ({ own, context }) => {
  test.setTimeout(180_000)
  const folder = join(own.folder, 'site')
  await cp('dist', folder, { recursive: true })
  const site = await serve(0, { folder })
  const [page, other] = [await context.newPage(), await context.newPage()]
  try {
    await page.goto(site.url)
    await stored(page)
    await other.goto(site.url)
    const chat = new ChatPage(page)
    await chat.composer.fill('half a thought')

    const index = join(folder, 'index.html')
    await writeFile(index, (await readFile(index, 'utf8')).replace('<html lang', '<html data-version="2" lang'))
    await listAgain(folder)

    const offer = page.getByTestId('site-update')
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update())
    await expect(offer).toBeVisible({ timeout: 30_000 })
    await chat.send('What can you do?')
    await expect(offer).toBeHidden()
    await chat.finished(0)
    await chat.composer.fill('half a thought')
    await page.waitForTimeout(500) // drafts are written with a delay
    await expect(page.locator('html')).not.toHaveAttribute('data-version', '2')
    // A tab that was just opened has not registered the service worker yet.
    const fresh = await context.newPage()
    await fresh.goto(site.url)
    // Chromium 156 lets a worker that was asked for something at that moment serve for another 30 s.
    await fresh.waitForLoadState('networkidle')
    await offer.locator('[data-part=toast-action]').click()
    await expect(page.locator('html')).toHaveAttribute('data-version', '2', { timeout: 30_000 })
    await expect(chat.composer).toHaveValue('half a thought')
    await expect(chat.replies).toHaveCount(1)

    // the other tabs are not reloaded behind their user's back
    for (const tab of [other, fresh]) {
      await expect(tab.getByTestId('site-update')).toBeVisible()
      await expect(tab.locator('html')).not.toHaveAttribute('data-version', '2')
    }
  } finally {
    await site.close()
  }
})
