import { expect, test } from '@playwright/test'
import { ModelSite } from '../fixtures/model-site'
import { ModelsPage } from '../fixtures/models-page'

const HUB = 'https://modelscope.cn/'

test('a model comes from ModelScope where Hugging Face cannot be reached', async ({ page }) => {
  test.setTimeout(180_000)
  const site = await ModelSite.open(4 * 2 ** 20, { layout: 'modelscope' })
  const elsewhere: string[] = []
  await page.route(/^https:/, async (route) => {
    const url = route.request().url()
    if (!url.startsWith(HUB)) {
      elsewhere.push(new URL(url).host)
      await route.abort('connectionfailed')
      return
    }
    const { range } = route.request().headers()
    const response = await fetch(site.hub.origin + url.slice(HUB.length), range ? { headers: { range } } : {})
    const headers = Object.fromEntries(response.headers)
    await route.fulfill({ status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) })
  })
  try {
    await page.goto(`${site.url}?lang=en#/models`)
    const models = new ModelsPage(page)
    await models.download()
    expect([...new Set(elsewhere)].sort()).toEqual(['hf-mirror.com', 'huggingface.co'])
    await models.use()
    const chat = await models.back()
    expect((await chat.ask('31 + 45')).answer).toBe('31 + 45 = 76')
  } finally {
    await site.close()
  }
})
