import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { ModelSite } from '../fixtures/model-site'
import { ModelsPage } from '../fixtures/models-page'
import { lacking } from '../fixtures/no-gpu'
import { said } from '../fixtures/texts'

test.describe('a model on a hub', () => {
  let site: ModelSite
  let models: ModelsPage
  test.beforeEach(async ({ page }) => {
    test.setTimeout(180_000)
    site = await ModelSite.open()
    models = new ModelsPage(page)
  })
  test.afterEach(async () => {
    await site.close()
  })

  test('is fetched after a click, paused, goes on after a reload, answers, and needs the hub no more', async ({
    page,
  }) => {
    await models.open(site)
    expect(site.hub.served).toEqual([])
    // Slow enough to be seen and stopped during the download, on any machine.
    site.hub.misbehave({ kind: 'slow', bytesPerSecond: 2 * 2 ** 20 }, { path: 'params_shard_1.bin' })
    await models.button('download').click()
    await expect(models.transfer).toHaveAttribute('data-phase', 'download')
    await expect(models.transfer).toHaveAttribute('data-source', /^127\.0\.0\.1:\d+$/)
    await expect(page).toHaveTitle(said('en', 'title_progress', { title: 'Thinktab' }))
    await expect(models.transfer).toHaveAttribute('data-done', /^[1-3]\d{7}$/, { timeout: 30_000 })
    await models.button('pause').click()
    await expect(models.card.getByTestId('model-stored')).toHaveAttribute('data-complete', 'false')
    await expect(page).toHaveTitle('Thinktab')
    await page.reload()
    await expect(models.card.getByTestId('model-stored')).toHaveAttribute('data-complete', 'false')
    site.hub.behave()
    await models.download()

    await models.use()
    const chat = await models.back()
    expect((await chat.ask('31 + 45')).answer).toBe('31 + 45 = 76')
    await expect(page.getByTestId('model')).toHaveAttribute('data-model-id', 'stranger')

    const asked = site.hub.served.length
    await site.hub.close()
    await page.goto(`${site.url}?lang=en&q=12%2B13&send=1`)
    expect((await new ChatPage(page).finished(0)).answer).toBe('12 + 13 = 25')
    await expect(page.getByTestId('model')).toHaveAttribute('data-model-id', 'stranger')
    expect(site.hub.served).toHaveLength(asked)
  })

  test('is checked and mended, and deleted with the choice falling back on Nano', async ({ page }) => {
    await models.open(site)
    await models.download()
    await models.use()
    expect(await models.verify()).toBe(0)

    await damage(page)
    const before = site.hub.served.length
    expect(await models.verify()).toBe(1)
    expect(site.hub.served.slice(before).map(({ path }) => path)).toEqual(['params_shard_0.bin'])

    await models.button('delete').click()
    await models.button('delete-cancel').click()
    await models.remove()
    await expect(models.cardOf('nano')).toHaveAttribute('data-chosen', 'true')
    expect((await (await models.back()).ask('2 + 2')).answer).toBe('2 + 2 = 4')
  })

  test('that is not complete says so instead of fetching by itself', async ({ page }) => {
    await models.open(site)
    await models.download()
    await models.use()
    const before = site.hub.served.length
    await forget(page)
    await models.back()
    await page.getByTestId('composer').fill('2 + 2')
    await page.getByTestId('send').click()
    await expect(page.locator('[data-role=assistant]').getByTestId('notice')).toHaveAttribute(
      'data-code',
      'model-incomplete',
    )
    expect(site.hub.served).toHaveLength(before)
  })

  test('goes out as one .zip and comes back from it, without any hub', async ({ page }, testInfo) => {
    await models.open(site)
    await models.download()
    // The test cannot answer a file picker; browsers without one get a download.
    await page.evaluate(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'))
    const downloading = page.waitForEvent('download')
    await models.button('save-file').click()
    const zip = testInfo.outputPath('stranger.zip')
    await (await downloading).saveAs(zip)
    await models.remove()
    await site.hub.close()

    await page.getByTestId('import-model').setInputFiles(zip)
    await expect(models.stored).toBeVisible({ timeout: 60_000 })
    await models.use()
    expect((await (await models.back()).ask('20 + 22')).answer).toBe('20 + 22 = 42')
  })

  test('says what the device makes of it', async () => {
    await models.open(site)
    await expect(models.card.getByTestId('fit')).toHaveAttribute('data-verdict', /^(tight|unknown)$/)
    await expect(models.card.locator('[data-part=speed]')).toHaveText(said('en', 'fit_speed'), { timeout: 30_000 })
  })

  test('is not fetched by a click alone where there is no GPU to run it', async ({ page }) => {
    await lacking('WebGPU', page)
    await models.open(site)
    await models.card.locator('summary').click()
    await expect(models.card.locator('[data-testid=fit][data-verdict=no] [data-reason=no-gpu]')).toBeVisible()
    await models.button('download').click()
    await expect(models.button('download')).toHaveAttribute('data-anyway', 'true')
    expect(site.hub.served).toEqual([])
  })

  test('that cannot be had is said before any weight is fetched', async ({ page }) => {
    await models.open(site)
    for (const [given, problem] of [
      ['nonsense', 'address'],
      ['thinktab/nothing', 'repository-missing'],
    ] as const) {
      await page.getByTestId('add-model').fill(given)
      await page.getByTestId('add-model-send').click()
      await expect(page.getByTestId('add-model-problem')).toHaveAttribute('data-problem', problem, { timeout: 20_000 })
    }
    site.hub.misbehave({ kind: 'status', status: 503 })
    await models.button('download').click()
    await expect(models.notice).toHaveAttribute('data-code', 'server-busy', { timeout: 20_000 })
    expect(site.hub.served.filter(({ path }) => path.endsWith('.bin'))).toEqual([])
  })
})

/** Changes a byte of the smaller shard, which is Nano's, without the store's knowledge. */
async function damage(page: Page): Promise<void> {
  const sha256 = createHash('sha256')
    .update(await readFile('dist/models/nano/params_shard_0.bin'))
    .digest('hex')
  const damaged = await page.evaluate(async (hash) => {
    const request = <T>(asked: IDBRequest<T>) =>
      new Promise<T>((resolve) => (asked.onsuccess = () => resolve(asked.result)))
    const database = await request(indexedDB.open('thinktab-weights'))
    const store = database.transaction('artifacts', 'readwrite').objectStore('artifacts')
    try {
      // Bytes lie under the hash, or in blocks under keys that begin with it.
      for (const key of await request(store.getAllKeys())) {
        const blob: unknown = (Array.isArray(key) ? key[0] : key) === hash && (await request(store.get(key)))
        if (blob instanceof Blob) return await request(store.put(new Blob([blob.slice(0, -1), 'x']), key))
      }
    } finally {
      database.close()
    }
    return undefined
  }, sha256)
  expect(damaged).toBeDefined()
}

/** Empties the store without the page's knowledge, as a browser that clears storage does. */
async function forget(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open('thinktab-weights')
      opening.onsuccess = () => resolve(opening.result)
    })
    await new Promise((resolve) => {
      const cleared = database.transaction('artifacts', 'readwrite').objectStore('artifacts').clear()
      cleared.onsuccess = resolve
    })
    database.close()
  })
}
