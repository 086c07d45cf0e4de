import { expect, test } from '@playwright/test'
import { ModelSite } from '../fixtures/model-site'
import { ModelsPage } from '../fixtures/models-page'

let site: ModelSite

test.beforeAll(async () => {
  site = await ModelSite.open(4096, { gguf: true })
})
test.afterAll(() => site.close())

test('without WebGPU fetches the GGUF of a model in the catalogue, from the place that has it', async ({ page }) => {
  const models = new ModelsPage(page)
  await models.open(site)
  await expect(page.getByTestId('recommended')).toHaveAttribute('data-model-id', 'stranger')
  await models.card.locator('summary').click()
  await models.download()
  const weights = site.hub.served.map(({ path }) => path).filter((path) => /\.(?:bin|gguf)$/.test(path))
  expect(new Set(weights.map((path) => path.split('/').at(-1)))).toEqual(new Set(['Stranger-Q8_0.gguf']))
  expect(await models.verify()).toBe(0)

  await models.use()
  const chat = await models.back()
  expect((await chat.ask('12 + 30')).answer).toContain('42')
  await expect(chat.model).toHaveAttribute('data-engine', 'processor')

  site.hub.served.length = 0
  await page.reload()
  expect((await chat.ask('20 + 22')).answer).toContain('42')
  expect(site.hub.served).toEqual([])
})

test('a chosen model that another tab deletes is said to be gone, and can be fetched again', async ({ page }) => {
  const models = new ModelsPage(page)
  await models.open(site)
  await models.download()
  await models.use()
  const other = new ModelsPage(await page.context().newPage())
  await other.page.goto(`${site.url}?lang=en#/models`)
  await other.remove()
  await page.bringToFront()
  await expect(page.getByTestId('model-lost')).toBeVisible()
  await expect(models.notice).toHaveAttribute('data-code', 'model-deleted')
  await expect(models.cardOf('nano')).toHaveAttribute('data-chosen', 'true')
  await expect(models.button('use')).toHaveCount(0)

  await models.download()
  await expect(models.notice).toHaveCount(0)
  await page.reload()
  await expect(models.stored).toBeVisible()
  const chat = await models.back()
  await expect(chat.model).toHaveAttribute('data-model-id', 'nano')
  expect((await chat.ask('20 + 22')).answer).toBe('20 + 22 = 42')
})

test('a copy of the hub on the site itself is enough, and no other host may be asked', async ({ page }) => {
  const mirrored = await ModelSite.open(4096, { gguf: true, mirrored: true })
  try {
    mirrored.hub.served.length = 0
    const models = new ModelsPage(page)
    await page.goto(`${mirrored.url}?lang=en#/models`)
    await page.getByTestId('own-hub').fill(`${mirrored.url}mirror/`)
    await page.getByTestId('own-hub').press('Enter')
    // No dialog: the site's own origin needs no permission.
    await models.download()
    expect(await models.verify()).toBe(0)
    await models.use()
    const chat = await models.back()
    expect((await chat.ask('12 + 30')).answer).toContain('42')
    await expect(chat.model).toHaveAttribute('data-model-id', 'stranger')
    expect(mirrored.hub.served).toEqual([])
    await expect(page.getByTestId('place')).toHaveCount(0)
  } finally {
    await mirrored.close()
  }
})
