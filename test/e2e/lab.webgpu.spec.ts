import { expect, test } from '@playwright/test'
import { violations } from '../fixtures/violations'

test('a reply on the graphics card is watched with the odds of each token', async ({ page }) => {
  await page.goto('/#/lab?ask=What+is+31+%2B+45%3F&answer=76&play=0')
  const stage = page.getByTestId('lab-watch')
  await expect(stage).toHaveAttribute('data-total', /^\d{2,}$/, { timeout: 60_000 })
  await expect(stage).toHaveAttribute('data-reading', 'false', { timeout: 60_000 })
  const total = Number(await stage.getAttribute('data-total'))
  const odds = page.locator('[data-part=lab-watch-odds]')
  for (let at = 1; at <= total; at += 1) {
    await page.keyboard.press('ArrowRight')
    await expect(stage).toHaveAttribute('data-at', String(at))
    // Without chance the likeliest token was taken.
    await expect(odds.locator('li').first()).toHaveAttribute('data-chosen', 'true')
    await expect(odds.locator('.text')).toHaveCount(5)
  }
  await expect(page.locator('[data-part=lab-watch-text]')).toContainText('76')
})

test('the speed of the graphics card comes with its calls for each token', async ({ page }) => {
  await page.goto('/#/lab/speed')
  await page.locator('[data-part=lab-speed-measure]').click()
  await expect(page.locator('[data-part=lab-speed-history] tbody tr')).toHaveCount(1, { timeout: 110_000 })
  const rows = page.locator('main section').first().locator('tbody tr')
  const cells = await rows.evaluateAll((all) =>
    all.map((row) => [...row.querySelectorAll('th, td')].map((cell) => Number.parseFloat(cell.textContent))),
  )
  expect(cells.length).toBeGreaterThan(1)
  // No share of the limit: caches hold weights as small as Nano's.
  for (const [context, prefill = 0, decode = 0, dispatches = 0, submits, waits] of cells) {
    expect(context).toBeGreaterThan(0)
    expect(prefill).toBeGreaterThan(decode)
    expect(decode).toBeGreaterThan(0)
    // Six layers of several kernels each.
    expect(dispatches).toBeGreaterThan(20)
    expect(submits).toBeGreaterThan(0)
    expect(waits).toBeGreaterThan(0)
  }
  expect(await violations(page)).toEqual([])
})
