import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { keptOffline } from '../fixtures/own-browser'

test.use({ serviceWorkers: 'allow' })

test('says whether the stored files are those of the build, without a network', async ({ page, context }) => {
  await page.goto('/?lang=en#/settings/about')
  await keptOffline(page)
  await context.setOffline(true)
  await page.reload()
  const check = page.getByTestId('site-check')
  await check.scrollIntoViewIfNeeded() // it reads the list when it is seen
  const list = await readFile('dist/sha256sums.txt')
  await expect(check).toHaveAttribute('data-fingerprint', createHash('sha256').update(list).digest('hex'))
  const result = check.locator('[data-part=site-check-result]')
  await check.locator('[data-part=site-check-run]').click()
  await expect(result).toHaveAttribute('data-different', '0')
  const [same, absent] = await Promise.all([result.getAttribute('data-same'), result.getAttribute('data-absent')])
  expect(Number(same)).toBeGreaterThan(200)
  expect(Number(same) + Number(absent)).toBe(list.toString().trimEnd().split('\n').length)

  await page.evaluate(async () => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      const key = (await cache.keys()).find(({ url }) => url.includes('/icon.svg?'))
      if (key) await cache.put(key, new Response('<svg/>'))
    }
  })
  await check.locator('[data-part=site-check-run]').click()
  await expect(result).toHaveAttribute('data-different', '1')
  await expect(result).toContainText('icon.svg')
})
