import { expect, test as base, type Page } from '@playwright/test'
import type { Fault } from '../fixtures/hub'
import { ModelSite } from '../fixtures/model-site'
import { ModelsPage } from '../fixtures/models-page'
import { said } from '../fixtures/texts'

const MEBIBYTE = 2 ** 20

/** Enough for a shard that is fetched in ranges, and a file that is no burden to the others. */
const [LARGE, SMALL] = [20 * MEBIBYTE, 4]

/** The targets of faults: files read before any weight, a small artifact, and one fetched in ranges. */
const PHASES = {
  'a configuration': { paddingBytes: SMALL, where: { path: 'mlc-chat-config.json', at: 10 } },
  'a small shard': { paddingBytes: SMALL, where: { path: 'params_shard_0.bin', at: 1000 } },
  'a large shard': { paddingBytes: LARGE, where: { path: 'params_shard_1.bin', at: 17 * MEBIBYTE } },
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

/** The models page, where only the site's hub is asked. */
async function openModels(page: Page, site: ModelSite): Promise<ModelsPage> {
  const models = new ModelsPage(page)
  await models.open(site)
  // Only this hub: all others cannot be reached here, and asking them takes time.
  await page.locator(`[data-hub="${site.hub.origin}"]`).check()
  return models
}

/** Fetches missing artifacts until all are stored; returns the messages on the way. */
async function download(models: ModelsPage): Promise<string> {
  const { stored, notice } = models
  await models.button('download').click()
  await expect(stored.or(notice)).toBeVisible({ timeout: 60_000 })
  return (await notice.count()) > 0 ? await notice.locator('p').innerText() : ''
}

const test = base.extend<{ paddingBytes: number; site: ModelSite }>({
  paddingBytes: [LARGE, { option: true }],
  site: async ({ paddingBytes }, use) => {
    const site = await ModelSite.open(paddingBytes)
    await use(site)
    await site.close()
  },
})
test.beforeEach(() => {
  test.setTimeout(400_000)
})

for (const [phase, { paddingBytes, where }] of Object.entries(PHASES))
  test.describe(phase, () => {
    test.use({ paddingBytes })

    test(`whatever goes wrong with ${phase}, it is got over or told, and what is stored is right`, async ({
      page,
      site,
    }) => {
      const models = await openModels(page, site)
      for (const [name, fault] of Object.entries(FAULTS))
        await test.step(`${phase} ${name}`, async () => {
          site.hub.misbehave(fault, { ...where, times: 3 })
          const told = await download(models)
          if (told !== '') {
            expect(told).toMatch(/\. /) // a sentence that says what happened, and one that says what to do
            site.hub.behave()
            expect(await download(models)).toBe('')
          }
          site.hub.behave()
          expect(await models.verify()).toBe(0)
          await models.remove()
        })
      await download(models)
      await models.use()
      expect((await (await models.back()).ask('3 + 4')).answer).toBe('3 + 4 = 7')
    })
  })

test('a disk that gets full in the middle is told with what is missing, and room that was made is enough', async ({
  page,
  site,
}) => {
  const devtools = await page.context().newCDPSession(page)
  const limit = (quotaSize?: number) =>
    devtools.send('Storage.overrideQuotaForOrigin', {
      origin: new URL(site.url).origin,
      ...(quotaSize && { quotaSize }),
    })
  // Before the page writes anything: from then on Chromium counts with the room that it found, for some time.
  await limit(8 * MEBIBYTE)
  const models = await openModels(page, site)
  expect(await download(models)).toMatch(said('en', 'error_storage_full_model'))
  await expect(models.notice).toHaveAttribute('data-code', 'storage-full')
  await limit()
  expect(await download(models)).toBe('')
})

test('storage that is cleared in the middle of a download costs what was stored and nothing else', async ({
  page,
  site,
}) => {
  const models = await openModels(page, site)
  site.hub.misbehave({ kind: 'slow', bytesPerSecond: 4 * MEBIBYTE }, { path: 'params_shard_1.bin' })
  await models.button('download').click()
  await expect(models.transfer).toHaveAttribute('data-done', /^\d{8}$/, { timeout: 30_000 })
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Storage.clearDataForOrigin', { origin: new URL(site.url).origin, storageTypes: 'indexeddb' })
  site.hub.behave()
  await expect(models.notice.or(models.stored)).toBeVisible({ timeout: 60_000 })
  if ((await models.stored.count()) === 0) {
    // The fault came during a write: the page reports it, and the download can be started again.
    await page.reload()
    await page.getByTestId('own-hub').waitFor()
    expect(await download(models)).toBe('')
  }
  expect(await models.verify()).toBe(0)
  await page.reload()
  await expect(models.stored).toBeVisible()
})
