import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { ModelSite } from '../fixtures/model-site'
import { lacking } from '../fixtures/no-gpu'

const card = (page: Page, id = 'stranger') => page.locator(`[data-testid=model-card][data-model-id="${id}"]`)
const button = (page: Page, name: RegExp) => card(page).getByRole('button', { name })

/** The models page, with our hub as the one to ask. */
async function openModels(page: Page, site: ModelSite): Promise<void> {
  await page.goto(`${site.url}?lang=en#/models`)
  await page.getByTestId('own-hub').fill(site.hub.origin)
  await page.getByTestId('own-hub').press('Enter')
  await expect(card(page)).toBeVisible()
}

test.describe('a model on a hub', () => {
  let site: ModelSite
  test.beforeEach(async () => {
    test.setTimeout(180_000)
    site = await ModelSite.open()
  })
  test.afterEach(async () => {
    await site.close()
  })

  test('is fetched after a click, paused, goes on after a reload, answers, and needs the hub no more', async ({
    page,
  }) => {
    await openModels(page, site)
    expect(site.hub.served).toEqual([])
    // Slow enough to be seen and stopped on the way, whatever the machine.
    site.hub.misbehave({ kind: 'slow', bytesPerSecond: 2 * 2 ** 20 }, { path: 'params_shard_1.bin' })
    await button(page, /^Download/).click()
    await expect(page.getByTestId('transfer')).toContainText(/MB of .* checked/)
    await expect(page.getByTestId('transfer')).toContainText('from 127.0.0.1')
    await expect(page).toHaveTitle(/^\d+% · Thinktab$/)
    await expect(page.getByTestId('transfer')).toContainText(/[1-3]\d(\.\d)? MB of/, { timeout: 30_000 })
    await button(page, /Pause/).click()
    await expect(card(page)).toContainText(/MB of .* are here/)
    await expect(page).toHaveTitle('Thinktab')
    await page.reload()
    await expect(button(page, /^Go on/)).toBeVisible()
    site.hub.behave()
    await button(page, /^Go on/).click()
    await expect(card(page).getByTestId('model-stored')).toContainText('Stored on this device', { timeout: 30_000 })

    await button(page, /^Use$/).click()
    await expect(card(page)).toContainText('In use')
    await page.getByRole('link', { name: 'Back to the chat' }).click()
    const chat = new ChatPage(page)
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
    await openModels(page, site)
    await button(page, /^Download/).click()
    await expect(card(page).getByTestId('model-stored')).toContainText('Stored', { timeout: 60_000 })
    await button(page, /^Use$/).click()
    await button(page, /Check files/).click()
    await expect(card(page)).toContainText('All files are as they should be.', { timeout: 30_000 })

    await damage(page)
    const before = site.hub.served.length
    await button(page, /Check files/).click()
    await expect(card(page)).toContainText('thrown away and fetched again: 1', { timeout: 30_000 })
    expect(site.hub.served.slice(before).map(({ path }) => path)).toEqual(['params_shard_0.bin'])

    await button(page, /Delete/).click()
    await button(page, /Keep/).click()
    await button(page, /Delete/).click()
    await button(page, /^Delete$/).click()
    await expect(button(page, /^Download/)).toBeVisible()
    await expect(card(page, 'nano')).toContainText('In use')
    await page.getByRole('link', { name: 'Back to the chat' }).click()
    expect((await new ChatPage(page).ask('2 + 2')).answer).toBe('2 + 2 = 4')
  })

  test('that is not complete says so instead of fetching by itself', async ({ page }) => {
    await openModels(page, site)
    await button(page, /^Download/).click()
    await expect(card(page).getByTestId('model-stored')).toContainText('Stored', { timeout: 60_000 })
    await button(page, /^Use$/).click()
    const before = site.hub.served.length
    await forget(page)
    await page.getByRole('link', { name: 'Back to the chat' }).click()
    await page.getByTestId('composer').fill('2 + 2')
    await page.getByTestId('send').click()
    await expect(page.locator('[data-role=assistant]')).toContainText('Stranger is not stored completely')
    expect(site.hub.served).toHaveLength(before)
  })

  test('goes out as one .zip and comes back from it, without any hub', async ({ page }, testInfo) => {
    await openModels(page, site)
    await button(page, /^Download/).click()
    await expect(card(page).getByTestId('model-stored')).toContainText('Stored', { timeout: 60_000 })
    // A picker of files cannot be answered from here; browsers without it get a download.
    await page.evaluate(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'))
    const downloading = page.waitForEvent('download')
    await button(page, /Save as a file/).click()
    const zip = testInfo.outputPath('stranger.zip')
    await (await downloading).saveAs(zip)
    await button(page, /Delete/).click()
    await button(page, /^Delete$/).click()
    await expect(button(page, /^Download/)).toBeVisible()
    await site.hub.close()

    await page.getByTestId('add-zip').setInputFiles(zip)
    await expect(card(page).getByTestId('model-stored')).toContainText('Stored', { timeout: 60_000 })
    await button(page, /^Use$/).click()
    await page.getByRole('link', { name: 'Back to the chat' }).click()
    expect((await new ChatPage(page).ask('20 + 22')).answer).toBe('20 + 22 = 42')
  })

  test('says what the device makes of it', async ({ page }) => {
    await openModels(page, site)
    await expect(card(page).getByTestId('fit')).toHaveAttribute('data-verdict', /^(tight|unknown)$/)
    await expect(card(page).getByTestId('fit')).toContainText('tokens', { timeout: 30_000 })
  })

  test('is not fetched by a click alone where there is no GPU to run it', async ({ page }) => {
    await lacking('WebGPU', page)
    await openModels(page, site)
    await expect(card(page).getByTestId('fit')).toContainText('This device cannot run it. It needs WebGPU')
    await button(page, /^Download/).click()
    await expect(button(page, /^Download .* anyway$/)).toBeVisible()
    expect(site.hub.served).toEqual([])
  })

  test('that cannot be had is said before any weight is fetched', async ({ page }) => {
    await openModels(page, site)
    for (const [given, said] of [
      ['nonsense', 'Give owner/name'],
      ['thinktab/nothing', 'thinktab/nothing was not found'],
    ] as const) {
      await page.getByTestId('add-model').fill(given)
      await page.getByRole('button', { name: 'Add' }).click()
      await expect(page.getByRole('alert')).toContainText(said, { timeout: 20_000 })
    }
    site.hub.misbehave({ kind: 'status', status: 503 })
    await button(page, /^Download/).click()
    await expect(card(page)).toContainText('busy or out of order', { timeout: 20_000 })
    expect(site.hub.served.filter(({ path }) => path.endsWith('.bin'))).toEqual([])
  })
})

/** Changes a byte of the smaller shard behind the store's back. */
async function damage(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open('thinktab-weights')
      opening.onsuccess = () => resolve(opening.result)
    })
    const store = database.transaction('artifacts', 'readwrite').objectStore('artifacts')
    const keys = await new Promise<IDBValidKey[]>((resolve) => {
      const asked = store.getAllKeys()
      asked.onsuccess = () => resolve(asked.result)
    })
    for (const key of keys) {
      const blob = await new Promise<unknown>((resolve) => {
        const asked = store.get(key)
        asked.onsuccess = () => resolve(asked.result)
      })
      if (blob instanceof Blob && blob.size > 800_000 && blob.size < 1_000_000)
        store.put(new Blob([blob.slice(0, -1), 'x']), key)
    }
    database.close()
  })
}

/** Empties the store behind the page's back, as a browser that clears storage does. */
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
