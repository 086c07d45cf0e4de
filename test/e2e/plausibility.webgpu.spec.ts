import { expect, test, type Page } from '@playwright/test'
import type { ChatPage } from '../fixtures/chat-page'
import { ModelSite } from '../fixtures/model-site'
import { ModelsPage } from '../fixtures/models-page'

/** Nano has seen sums and little else, so it finds an ordinary text improbable on any device. */
const RIGHT = [-50, -0.5] as const
const WRONG = [-0.4, 0] as const

test.beforeEach(() => {
  test.setTimeout(180_000)
})

/** Fetches the site's model and lets it answer from now on. */
async function take(page: Page, site: ModelSite): Promise<ChatPage> {
  const models = new ModelsPage(page)
  await models.open(site)
  await models.download()
  await models.use()
  return await models.back()
}

const remembered = (page: Page) =>
  page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('thinktab-plausible:')))

test('a model that finds a known text as probable as it should answers, and is not asked again', async ({ page }) => {
  const site = await ModelSite.open(4, { meanLogProbability: RIGHT })
  try {
    const chat = await take(page, site)
    expect((await chat.ask('31 + 45')).answer).toBe('31 + 45 = 76')
    expect(await remembered(page)).toHaveLength(1)
  } finally {
    await site.close()
  }
})

test('a device that computes wrongly says so instead of writing gibberish, and Nano still answers', async ({
  page,
}) => {
  const site = await ModelSite.open(4, { meanLogProbability: WRONG })
  try {
    const chat = await take(page, site)
    const reply = await chat.ask('31 + 45')
    expect(reply).toMatchObject({ state: 'error', thought: '', answer: '' })
    await expect(chat.replies.getByTestId('notice')).toHaveAttribute('data-code', 'computes-wrongly')
    expect(await remembered(page)).toEqual([])

    await page.goto(`${site.url}?lang=en#/models`)
    const models = new ModelsPage(page)
    await models.cardOf('nano').locator('[data-part=use]').click()
    await models.back()
    expect((await chat.ask('12 + 13')).answer).toBe('12 + 13 = 25')
  } finally {
    await site.close()
  }
})
