import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { Hub, REPOSITORY } from '../fixtures/hub'
import { allowPlaces } from '../fixtures/places'

let hub: Hub

test.beforeAll(async () => {
  const nano = await readFile('public/models/nano/nano.gguf')
  hub = await Hub.open({
    'Nano-Q8_0.gguf': nano,
    'Nano-Q4_K_M.gguf': nano,
    'mmproj-Nano-f16.gguf': nano.subarray(0, 1000),
    'Nano-F32-00001-of-00002.gguf': nano.subarray(0, 1000),
    'Nano-F32-00002-of-00002.gguf': nano.subarray(0, 1000),
    'Broken-Q2_K.gguf': Buffer.from('<!doctype html>'),
  })
})
test.afterAll(() => hub.close())
test.beforeEach(() => {
  hub.served.length = 0
})

/** Opens the models page, with the hub of this test first, and names a model there. */
async function name(page: Page, given: string): Promise<void> {
  await allowPlaces(page)
  await page.goto('/?lang=en#/models')
  await page.getByTestId('own-hub').fill(hub.origin)
  await page.getByTestId('own-hub').press('Enter')
  await page.locator(`[data-hub="${hub.origin}"]`).check()
  await page.getByTestId('add-model').fill(given)
  await page.getByTestId('add-model-send').click()
}

test('lists the files of a repository, and the one that is chosen answers', async ({ page }) => {
  await name(page, REPOSITORY)
  const lines = page.getByTestId('hub-file')
  await expect(lines.first()).toHaveAttribute('data-path', 'Nano-Q4_K_M.gguf')
  await expect(lines.first()).toHaveAttribute('data-recommended', 'true')
  await expect(lines).toHaveCount(5)
  await expect(page.locator('[data-testid=hub-file][data-problem]')).toHaveCount(2)
  expect(hub.served).toEqual([])
  await lines.first().locator('[data-part=take]').click()
  const card = page.locator('[data-testid=model-card][data-model-id=gguf-thinktab-model-nano-q4_k_m]')
  await expect(card.getByTestId('model-stored')).toHaveAttribute('data-complete', 'true')
  await expect(page.getByTestId('hub-files')).toHaveCount(0)
  await card.getByTestId('use-model').click()
  await page.getByTestId('models-back').click()
  const chat = new ChatPage(page)
  expect((await chat.ask('12 + 30')).answer).toContain('42')
  await expect(chat.model).toHaveAttribute('data-engine', 'processor')
})

test('says what is the matter with a file, and lets another be chosen', async ({ page }) => {
  await name(page, REPOSITORY)
  await page.locator('[data-testid=hub-file][data-path="Broken-Q2_K.gguf"] [data-part=take]').click()
  const problem = page.getByTestId('add-model-problem')
  await expect(problem).toHaveAttribute('data-problem', 'gguf-unusable')
  await expect(problem).toContainText('Broken-Q2_K.gguf')
  await expect(page.getByTestId('hub-file')).toHaveCount(5)
  await expect(page.locator('[data-testid=model-card][data-model-id^=gguf-]')).toHaveCount(0)
})

test('takes the address of a file at once, and fetches nothing of it but its header', async ({ page }) => {
  await name(page, `https://huggingface.co/${REPOSITORY}/blob/main/Nano-Q8_0.gguf`)
  const card = page.locator('[data-testid=model-card][data-model-id=gguf-thinktab-model-nano-q8_0]')
  await expect(card.getByTestId('model-stored')).toHaveAttribute('data-complete', 'false')
  expect(hub.served.map(({ path }) => path)).toEqual(['Nano-Q8_0.gguf'])
  await card.locator('[data-part=download]').click()
  await expect(card.getByTestId('model-stored')).toHaveAttribute('data-complete', 'true')
})
