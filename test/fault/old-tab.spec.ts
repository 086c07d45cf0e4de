import { expect, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { test, type OwnSite } from '../fixtures/own-site'
import { renew } from '../fixtures/site-versions'

// Nothing of the site is stored yet.
test.use({ serviceWorkers: 'block' })

const offer = (page: Page) => page.getByTestId('site-update')
const take = (page: Page) => offer(page).locator('[data-part=toast-action]').click()
const newVersion = (page: Page) => expect(page.locator('html')).toHaveAttribute('data-version', '2')

/** Opens the page, and waits until it has all that it fetches by itself. */
async function open(page: Page, site: OwnSite): Promise<ChatPage> {
  const chat = new ChatPage(page)
  await page.goto(site.url)
  await expect(chat.composer).toBeVisible()
  await page.waitForLoadState('networkidle')
  return chat
}

for (const name of ['models', 'settings', 'history'])
  test(`offers the new version where ${name} is asked for in an old tab, and keeps the draft`, async ({
    page,
    site,
  }) => {
    const chat = await open(page, site)
    await chat.composer.fill('half a thought')
    await expect(chat.model).toHaveAttribute('data-state', 'ready') // typing had it loaded
    await page.waitForLoadState('networkidle')
    await renew(site.folder)
    await page.evaluate((hash) => (location.hash = hash), `#/${name}`)
    await expect(offer(page)).toBeVisible()
    await expect(page.getByTestId('page-again')).toBeVisible()
    await take(page)
    await newVersion(page)
    await expect(page.getByTestId('page-again')).toHaveCount(0)
    await page.goto(`${site.url}#/`)
    await expect(chat.composer).toHaveValue('half a thought')
  })

test('offers it where the engine is gone, says so with the reply, and answers after the reload', async ({
  page,
  site,
}) => {
  const chat = await open(page, site)
  await renew(site.folder)
  expect((await chat.ask('31 + 45')).state).toBe('error')
  await expect(offer(page)).toBeVisible()
  await take(page)
  await newVersion(page)
  await expect(chat.replies).toHaveCount(1)
  expect((await chat.ask('31 + 45')).answer).toBe('31 + 45 = 76')
})

test('offers it again after it was declined', async ({ page, site }) => {
  await open(page, site)
  await renew(site.folder)
  await page.evaluate(() => (location.hash = '#/models'))
  await offer(page).locator('[data-part=toast-dismiss]').click()
  await expect(offer(page)).toHaveCount(0)
  await page.getByTestId('page-again').click()
  await expect(offer(page)).toBeVisible()
})

test('says that the site is away where it is, and shows the page when it is back', async ({ page, site, context }) => {
  await open(page, site)
  await context.setOffline(true)
  await page.evaluate(() => (location.hash = '#/models'))
  await expect(page.getByTestId('part-lost')).toBeVisible()
  await expect(page.locator('[data-testid=part-lost] [data-part=toast-action]')).toHaveCount(0)
  await expect(offer(page)).toHaveCount(0)
  await context.setOffline(false)
  await page.getByTestId('page-again').click()
  await expect(page.getByTestId('model-card').first()).toBeVisible()
})

test('offers no new version where a portal answers for everything', async ({ page, site, context }) => {
  await open(page, site)
  await context.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>Sign in' }))
  await page.evaluate(() => (location.hash = '#/models'))
  await expect(page.getByTestId('part-lost')).toBeVisible()
  await expect(offer(page)).toHaveCount(0)
})

test('offers to reload where one file of the same version is wrong', async ({ page, site, context }) => {
  await open(page, site)
  await context.route('**/ModelsPage-*.js', (route) => route.fulfill({ status: 404 }))
  await page.evaluate(() => (location.hash = '#/models'))
  await expect(page.locator('[data-testid=part-lost] [data-part=toast-action]')).toBeVisible()
  await expect(offer(page)).toHaveCount(0)
  await context.unroute('**/ModelsPage-*.js')
  await page.locator('[data-testid=part-lost] [data-part=toast-action]').click()
  await expect(page.getByTestId('model-card').first()).toBeVisible()
})
