import { expect, test } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { capturedVersions, restore, storedDataOf, type StoredData } from '../fixtures/databases'
import { ModelSite } from '../fixtures/model-site'
import { ModelsPage } from '../fixtures/models-page'
import { allowPlaces } from '../fixtures/places'

/** Beginning and length of each block of an unfinished file. */
function blocksOf({ databases }: StoredData): [start: number, bytes: number][] {
  const keys = databases.find(({ name }) => name === 'thinktab-weights')?.stores[0]?.records.map(({ key }) => key) ?? []
  return keys.flatMap((key) => (Array.isArray(key) ? [[Number(key[1]), Number(key[2])]] : []))
}

/** Of each version: two chats with branches, a stopped reply and drafts; an installed model; a download that was paused. */
for (const version of await capturedVersions())
  test(`opens what version ${version} has stored, and goes on with it`, async ({ page }) => {
    test.setTimeout(180_000)
    const site = await ModelSite.open()
    await allowPlaces(page)
    try {
      const data = await storedDataOf(version)
      // A document of the site that is not the page, so that the page finds the data when it starts.
      await page.goto(`${site.url}models/catalogue.json`)
      const settings = { ...data.settings, 'thinktab-own-hub': site.hub.origin }
      await restore(page, { ...data, settings })
      await page.goto(site.url)
      const chat = new ChatPage(page)
      await expect(chat.composer).toHaveValue('a draft in a new chat')
      await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
      await expect(chat.model).toHaveAttribute('data-model-id', 'stranger')
      const items = page.getByTestId('chat-item')
      await expect(items).toHaveCount(2)

      await items.filter({ hasText: '请告诉我 12 + 13 等于多少' }).getByRole('link').click()
      await expect(chat.replies).toHaveCount(2)
      expect((await chat.finished(0)).answer).toContain('12 + 13 = 25')
      await expect(chat.replies.last()).toHaveAttribute('data-state', 'stopped')

      await items.filter({ hasText: '3847 + 2956' }).getByRole('link').click()
      await expect(chat.composer).toHaveValue('a draft in a chat')
      await expect(chat.questions).toHaveText([/3847 \+ 2957/, /Who are you/])
      const first = await chat.finished(0)
      expect(first.answer).toBe('3847 + 2957 = 6804')
      expect(first.thought).toContain('7+7=14')
      expect(first.prompt).toBeGreaterThan(0)
      // The edited question has the first one beside it, which has been answered twice.
      await page.getByRole('group').first().getByRole('button').first().click()
      await expect(chat.questions).toHaveText(/3847 \+ 2956/)
      await expect(page.getByRole('group')).toHaveCount(2)
      expect((await chat.ask('31 + 45')).answer).toBe('31 + 45 = 76')

      await page.goto(`${site.url}#/models`)
      const models = new ModelsPage(page)
      await expect(models.stored).toBeVisible()
      const added = models.cardOf('hub-thinktab-model')
      await added.locator('[data-part=download]').click()
      await expect(added.getByTestId('model-stored')).toHaveAttribute('data-complete', 'true', { timeout: 60_000 })
      // Stored artifacts were not fetched again; the beginning of a file measures a hub's speed.
      const asked = site.hub.served.filter(({ path, status }) => path.endsWith('.bin') && status !== 302)
      expect(asked.every(({ path }) => path.endsWith('params_shard_1.bin'))).toBe(true)
      const rest = asked.filter(({ start }) => start > 0)
      expect(rest.length).toBeGreaterThan(0)
      const stored = blocksOf(data)
      expect(rest.filter(({ start }) => stored.some(([from, bytes]) => from <= start && start < from + bytes))).toEqual(
        [],
      )
      // Its kernels are of that version, too.
      await added.getByTestId('use-model').click()
      await page.goto(site.url)
      await expect(chat.model).toHaveAttribute('data-model-id', 'hub-thinktab-model')
      expect((await chat.ask('31 + 45')).answer).toBe('31 + 45 = 76')
    } finally {
      await site.close()
    }
  })
