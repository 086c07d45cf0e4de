import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { violations } from '../fixtures/violations'

const first = (page: Page) => page.locator('[data-testid=lab-suite][data-suite=first]').getByTestId('lab-run')
const result = (page: Page) => page.getByTestId('lab-result').first()

async function openLab(page: Page) {
  await page.goto('/#/lab')
  await expect(first(page)).toBeVisible()
}

async function addOwn(page: Page, csv: string) {
  await page
    .getByTestId('lab-own-file')
    .setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
}

/** Starts a suite of two questions, of which the second has a wrong answer. */
async function startOwn(page: Page) {
  await addOwn(page, 'question,answer\nWhat is 12 + 30?,42\nWhat is 2 + 2?,5\n')
  await page.locator('[data-testid=lab-suite][data-suite=own]').getByTestId('lab-run').click()
}

test('a visitor starts the first suite with one press, and reads why an answer is right', async ({ page }) => {
  await openLab(page)
  expect(await violations(page)).toEqual([])
  await first(page).click()
  // It goes on after a reload.
  await expect(result(page)).toHaveAttribute('data-finished', /^[1-9]/)
  await page.reload()
  await expect(result(page)).toHaveAttribute('data-state', 'done', { timeout: 110_000 })
  const [right, wrong] = await Promise.all(
    ['data-right', 'data-wrong'].map(async (name) => Number(await result(page).getAttribute(name))),
  )
  expect(Number(right) + Number(wrong)).toBe(20)
  expect(right).toBeGreaterThanOrEqual(16)
  await result(page).getByRole('link').click()
  await expect(page.getByTestId('lab-items')).toHaveAttribute('data-count', '20')
  await page.locator('[data-part=lab-item]').first().getByRole('button').click()
  await expect(page.locator('[data-part=lab-transcript] [data-part=thought-text]')).toContainText('8')
  expect(await violations(page)).toEqual([])
  for (const size of [
    { width: 390, height: 844 },
    { width: 320, height: 640 },
  ]) {
    await page.setViewportSize(size)
    expect(await page.getByTestId('lab').evaluate((lab) => lab.scrollWidth - lab.clientWidth)).toBe(0)
  }
})

test('one run asks several settings, which are compared', async ({ page }) => {
  await openLab(page)
  const form = page.locator('[data-part=lab-form]')
  await form.locator('[data-part=lab-count]').selectOption('20')
  await form.locator('[data-part=lab-level]').selectOption('1')
  await form.locator('[data-part=lab-seed]').fill(Array.from({ length: 90 }, (_, at) => String(at)).join(', '))
  await form.locator('[data-part=lab-temperature]').fill('0.6')
  await expect(form.locator('[data-part=lab-size]')).toHaveAttribute('data-problem', 'settings')
  const letters = page.locator('[data-testid=lab-suite][data-suite=letters]').getByTestId('lab-run')
  await expect(letters).toBeDisabled()
  await form.locator('[data-part=lab-seed]').fill('1')
  await form.locator('[data-part=lab-temperature]').fill('')
  await form.locator('[data-part=lab-votes] input[value="3"]').check({ force: true })
  await form.locator('[data-part=lab-budgets]').fill('16')
  await expect(form.locator('[data-part=lab-size]')).toHaveAttribute('data-settings', '4')
  await expect(letters).toBeEnabled()
  expect(await violations(page)).toEqual([])
  await startOwn(page)
  await expect(result(page)).toHaveAttribute('data-state', 'done', { timeout: 110_000 })
  await expect(result(page)).toHaveAttribute('data-total', '8')
  await expect(result(page)).toHaveAttribute('data-finished', '16')
  await result(page).getByRole('link').click()
  await expect(page.getByTestId('lab-settings')).toHaveAttribute('data-count', '4')
  await expect(page.locator('[data-part=lab-chart]')).toHaveCount(2)
  await page.locator('[data-part=lab-compare-with]').selectOption({ index: 1 })
  await expect(page.locator('[data-part=lab-judged]')).toHaveAttribute('data-only-this', /^\d+$/)
  expect(await violations(page)).toEqual([])
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('[data-part=lab-save-json]').click(),
  ])
  const json = await readFile(await download.path())
  await page.getByTestId('lab-list').click()
  await page.getByTestId('lab-import').setInputFiles({ name: 's.json', mimeType: 'application/json', buffer: json })
  await expect(page.getByTestId('lab-result')).toHaveCount(2)
  await result(page).locator('[data-part=lab-delete]').click()
  await page.getByTestId('lab-undo').getByRole('button').click()
  await expect(page.locator('[data-testid=lab-result][data-total="8"]')).toHaveCount(2)
})

test('two models take turns at the same questions', async ({ page }) => {
  await page.goto('/#/models')
  const buffer = await readFile('public/models/nano/nano.gguf')
  await page.getByTestId('import-model').setInputFiles({ name: 'Own model.gguf', mimeType: '', buffer })
  const card = page.locator('[data-testid=model-card][data-model-id=gguf-own-model]')
  await expect(card.getByTestId('model-stored')).toHaveAttribute('data-complete', 'true')
  const own = await card.getByRole('heading').innerText()
  await page.goto('/#/lab')
  const models = page.locator('[data-part=lab-models] input')
  await expect(models).toHaveCount(2)
  for (const one of await models.all()) await one.check({ force: true })
  await startOwn(page)
  await expect(result(page)).toHaveAttribute('data-state', 'done', { timeout: 110_000 })
  await expect(result(page)).toHaveAttribute('data-total', '4')
  await expect(result(page)).toHaveAttribute('data-right', '2')
  await result(page).getByRole('link').click()
  const settings = page.getByTestId('lab-settings')
  await expect(settings).toHaveAttribute('data-count', '2')
  for (const name of ['Nano', own]) await expect(settings).toContainText(name)
  // The chosen model is loaded again for the chat.
  await page.evaluate(() => (location.hash = '#/'))
  const chat = new ChatPage(page)
  expect((await chat.ask('What is 3847 + 2956?')).answer).toContain('6803')
  await expect(chat.model).toHaveAttribute('data-model-id', 'nano')
})

test('an address asks a question, whose reply is watched with the odds of each token', async ({ page }) => {
  await page.goto('/#/lab?ask=What+is+3847+%2B+2956%3F&answer=6803&play=0&theme=dark')
  const stage = page.getByTestId('lab-watch')
  // Tokens come while the engine tells them, and it tells none at first.
  await expect(stage).toHaveAttribute('data-total', /^\d{2,}$/, { timeout: 60_000 })
  await expect(stage).toHaveAttribute('data-reading', 'false', { timeout: 60_000 })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect(stage).toHaveAttribute('data-at', '2')
  // Without chance the likeliest token was taken.
  await expect(page.locator('[data-part=lab-watch-odds] li').first()).toHaveAttribute('data-chosen', 'true')
  await expect(page.locator('[data-part=lab-watch-odds] .text')).toHaveCount(5)
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('End')
  await expect(page.locator('[data-part=lab-watch-text]')).toContainText('6803')
  await expect(page.locator('[data-part=lab-watch-mark][data-kind=first]')).toHaveCount(1)
  await page.setViewportSize({ width: 320, height: 640 })
  expect(await stage.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0)
  await page.keyboard.press('Escape')
  await expect(stage).toHaveCount(0)
  await expect(page.locator('html')).not.toHaveAttribute('data-theme', 'dark')
  // A reload of the run's address asks nothing again.
  await page.reload()
  await expect(page.getByTestId('lab-items')).toHaveAttribute('data-count', '1')
})

test('a question in a chat goes before a run, and a run again has the same tokens', async ({ page }) => {
  await openLab(page)
  await first(page).click()
  await expect(result(page)).toHaveAttribute('data-finished', /^[1-9]/)
  await page.evaluate(() => (location.hash = '#/'))
  const chat = new ChatPage(page)
  await expect(chat.composer).toBeVisible()
  const { answer } = await chat.ask('What is 3847 + 2956?')
  expect(answer).toContain('6803')
  await page.evaluate(() => (location.hash = '#/lab'))
  await expect(result(page)).toHaveAttribute('data-state', 'done', { timeout: 110_000 })
  await result(page).getByRole('link').click()
  await page.locator('[data-part=lab-again]').click()
  await expect(page.getByTestId('lab-result')).toHaveCount(2)
  await expect(result(page)).toHaveAttribute('data-state', 'done', { timeout: 110_000 })
  await expect(result(page).locator('[data-part=lab-same]')).toHaveAttribute('data-same', /^(19|20)$/)
  await result(page).getByRole('link').click()
  await page.locator('[data-part=lab-compare-with]').selectOption({ index: 1 })
  await expect(page.locator('[data-part=lab-judged]')).toHaveAttribute('data-only-this', /^[01]$/)
})

test('a result is a file: it is read again, and a page that needs no script', async ({ page, browser }) => {
  await openLab(page)
  await addOwn(page, 'question,answer\nWhat is 12 + 30?,42\nWhat is 2 + 2?,\n')
  await expect(page.locator('[data-part=lab-own-told]')).toHaveAttribute('data-line', '3')
  await startOwn(page)
  await expect(result(page)).toHaveAttribute('data-state', 'done', { timeout: 60_000 })
  await expect(result(page)).toHaveAttribute('data-right', '1')
  await expect(result(page)).toHaveAttribute('data-wrong', '1')
  await result(page).getByRole('link').click()
  const save = async (format: string) => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator(`[data-part=lab-save-${format}]`).click(),
    ])
    return await readFile(await download.path(), 'utf8')
  }
  const json = await save('json')
  expect(await save('csv')).toContain('What is 12 + 30?,42,42,right')
  const html = await save('html')

  await page.getByTestId('lab-list').click()
  await result(page).locator('[data-part=lab-delete]').click()
  await expect(page.getByTestId('lab-result')).toHaveCount(0)
  await page.getByTestId('lab-undo').getByRole('button').click()
  await expect(page.getByTestId('lab-result')).toHaveCount(1)
  await page.getByTestId('lab-import').setInputFiles({
    name: 'result.json',
    mimeType: 'application/json',
    buffer: Buffer.from(json),
  })
  await expect(page.getByTestId('lab-result')).toHaveCount(2)

  const context = await browser.newContext({ javaScriptEnabled: false, offline: true })
  const still = await context.newPage()
  await still.setContent(html)
  await expect(still.locator('svg').first()).toBeVisible()
  await expect(still.locator('table').last()).toContainText('What is 12 + 30?')
  await context.close()
})
