import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import type { Fault } from '../fixtures/hub'
import { ModelSite } from '../fixtures/model-site'

const MEBIBYTE = 2 ** 20

/** Where a fault strikes: files that are read before any weight, a small one, and one that comes in pieces. */
const PHASES = {
  'a configuration': { path: 'mlc-chat-config.json', at: 10 },
  'a small shard': { path: 'params_shard_0.bin', at: 1000 },
  'a large shard': { path: 'params_shard_1.bin', at: 17 * MEBIBYTE },
} as const

const FAULTS: Readonly<Record<string, Fault>> = {
  'is cut off': { kind: 'cut' },
  'has a wrong byte': { kind: 'wrong-byte' },
  'is too short': { kind: 'short' },
  'is too long': { kind: 'long' },
  'is a captive portal’s page': { kind: 'html' },
  'is not there': { kind: 'status', status: 404 },
  'is forbidden': { kind: 'status', status: 403 },
  'is asked for too often': { kind: 'status', status: 429, retryAfter: '1' },
  'meets a broken server': { kind: 'status', status: 500 },
  'is slow': { kind: 'slow', bytesPerSecond: 4 * MEBIBYTE },
  'comes without ranges': { kind: 'no-range' },
  'changes between two requests': { kind: 'changed' },
}

const card = (page: Page) => page.locator('[data-testid=model-card][data-model-id=stranger]')
const button = (page: Page, name: RegExp) => card(page).getByRole('button', { name })
const stored = (page: Page) => card(page).getByTestId('model-stored').filter({ hasText: 'Stored' })
const notice = (page: Page) => card(page).getByTestId('notice')

async function openModels(page: Page, site: ModelSite): Promise<void> {
  await page.goto(`${site.url}?lang=en#/models`)
  await page.getByTestId('own-hub').fill(site.hub.origin)
  await page.getByTestId('own-hub').press('Enter')
  // Only this hub: the others are out of reach here, and asking them takes time.
  await page.getByTestId('hubs').getByLabel(new URL(site.hub.origin).host).check()
}

/** Fetches what is missing until all is stored; says what was told on the way. */
async function download(page: Page): Promise<string> {
  await button(page, /^(Download|Go on)/).click()
  await expect(stored(page).or(notice(page))).toBeVisible({ timeout: 60_000 })
  return (await notice(page).count()) > 0 ? await notice(page).innerText() : ''
}

let site: ModelSite
test.beforeEach(async () => {
  test.setTimeout(400_000)
  site = await ModelSite.open(20 * MEBIBYTE)
})
test.afterEach(async () => {
  await site.close()
})

for (const [phase, where] of Object.entries(PHASES))
  test(`whatever goes wrong with ${phase}, it is got over or told, and what is stored is right`, async ({ page }) => {
    await openModels(page, site)
    for (const [name, fault] of Object.entries(FAULTS))
      await test.step(`${phase} ${name}`, async () => {
        site.hub.misbehave(fault, { ...where, times: 3 })
        const told = await download(page)
        if (told !== '') {
          expect(told).toMatch(/\. /) // a sentence that says what happened, and one that says what to do
          site.hub.behave()
          expect(await download(page)).toBe('')
        }
        site.hub.behave()
        await button(page, /Check files/).click()
        await expect(card(page)).toContainText('All files are as they should be.', { timeout: 30_000 })
        await button(page, /Delete/).click()
        await button(page, /^Delete$/).click()
        await expect(button(page, /^Download/)).toBeVisible()
      })
    await download(page)
    await button(page, /^Use$/).click()
    await page.getByRole('link', { name: 'Back to the chat' }).click()
    expect((await new ChatPage(page).ask('3 + 4')).answer).toBe('3 + 4 = 7')
  })

test('a disk that gets full in the middle is told with what is missing, and room that was made is enough', async ({
  page,
}) => {
  await openModels(page, site)
  const devtools = await page.context().newCDPSession(page)
  const limit = (quotaSize?: number) =>
    devtools.send('Storage.overrideQuotaForOrigin', {
      origin: new URL(site.url).origin,
      ...(quotaSize && { quotaSize }),
    })
  await limit(8 * MEBIBYTE)
  expect(await download(page)).toMatch(/needs \d\d(?:\.\d)? MB more\. What has arrived is kept\./)
  await limit()
  expect(await download(page)).toBe('')
})

test('storage that is cleared in the middle of a download costs what was stored and nothing else', async ({ page }) => {
  await openModels(page, site)
  site.hub.misbehave({ kind: 'slow', bytesPerSecond: 4 * MEBIBYTE }, { path: 'params_shard_1.bin' })
  await button(page, /^Download/).click()
  await expect(page.getByTestId('transfer')).toContainText(/\d\d\.\d MB of/, { timeout: 30_000 })
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Storage.clearDataForOrigin', { origin: new URL(site.url).origin, storageTypes: 'indexeddb' })
  site.hub.behave()
  await expect(notice(page).or(stored(page))).toBeVisible({ timeout: 60_000 })
  if ((await stored(page).count()) === 0) {
    // It came while something was being written: that is told, and the download can be begun again.
    await page.reload()
    await page.getByTestId('own-hub').waitFor()
    expect(await download(page)).toBe('')
  }
  await button(page, /Check files/).click()
  await expect(card(page)).toContainText('All files are as they should be.', { timeout: 30_000 })
  await page.reload()
  await expect(stored(page)).toBeVisible()
})
