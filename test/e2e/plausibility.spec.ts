import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { ModelSite } from '../fixtures/model-site'

/** Nano has seen sums and little else: it finds an ordinary text improbable, on any device. */
const RIGHT = [-50, -0.5] as const
const WRONG = [-0.4, 0] as const

test.beforeEach(() => {
  test.setTimeout(180_000)
})

/** Fetches the site's model and lets it answer from now on. */
async function take(page: Page, site: ModelSite): Promise<ChatPage> {
  await page.goto(`${site.url}?lang=en#/models`)
  await page.getByTestId('own-hub').fill(site.hub.origin)
  await page.getByTestId('own-hub').press('Enter')
  const card = page.locator('[data-testid=model-card][data-model-id=stranger]')
  await card.getByRole('button', { name: /^Download/ }).click()
  await expect(card.getByTestId('model-stored')).toContainText('Stored on this device', { timeout: 60_000 })
  await card.getByRole('button', { name: /^Use$/ }).click()
  await page.getByRole('link', { name: 'Back to the chat' }).click()
  return new ChatPage(page)
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
    await expect(chat.replies).toContainText('This device computes wrongly with Stranger')
    expect(await remembered(page)).toEqual([])

    await page.goto(`${site.url}?lang=en#/models`)
    await page.locator('[data-testid=model-card][data-model-id=nano]').getByRole('button', { name: /^Use$/ }).click()
    await page.getByRole('link', { name: 'Back to the chat' }).click()
    expect((await chat.ask('12 + 13')).answer).toBe('12 + 13 = 25')
  } finally {
    await site.close()
  }
})
