import { AxeBuilder } from '@axe-core/playwright'
import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'

const first = (page: Page) => page.locator('[data-testid=lab-suite][data-suite=first]').getByTestId('lab-run')
const result = (page: Page) => page.getByTestId('lab-result').first()

async function openLab(page: Page) {
  await page.goto('/#/lab')
  await expect(first(page)).toBeVisible()
}

async function violations(page: Page) {
  const { violations: found } = await new AxeBuilder({ page }).analyze()
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
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
  await page.getByTestId('lab-own-file').setInputFiles({
    name: 'mine.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('question,answer\nWhat is 12 + 30?,42\nWhat is 2 + 2?,\n'),
  })
  await expect(page.locator('[data-part=lab-own-told]')).toHaveAttribute('data-line', '3')
  await page.getByTestId('lab-own-file').setInputFiles({
    name: 'mine.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('question,answer\nWhat is 12 + 30?,42\nWhat is 2 + 2?,5\n'),
  })
  await page.locator('[data-testid=lab-suite][data-suite=own]').getByTestId('lab-run').click()
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
