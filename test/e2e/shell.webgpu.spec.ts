import { expect, test, type ConsoleMessage, type Page } from '@playwright/test'
import { violations } from '../fixtures/violations'

test.use({ serviceWorkers: 'allow' })

/** Everything the page complains about: policy violations and errors in the console, and uncaught errors. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message: ConsoleMessage) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return complaints
}

test('opens, isolated, without a complaint', async ({ page }) => {
  const complaints = complaintsOf(page)
  const response = await page.goto('/')
  expect(response?.status()).toBe(200)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  expect(complaints).toEqual([])
  expect(await violations(page)).toEqual([])
})

test('has a WebGPU adapter in this browser', async ({ page }) => {
  await page.goto('/')
  expect(await page.evaluate(async () => (await navigator.gpu.requestAdapter()) !== null)).toBe(true)
})
