import { get } from 'node:http'
import { expect, test } from '@playwright/test'
import { said } from '../fixtures/texts'

for (const { locale, lang } of [
  { locale: 'en-GB', lang: 'en' },
  { locale: 'zh-CN', lang: 'zh-CN' },
  { locale: 'zh-TW', lang: 'zh-CN' },
  { locale: 'fr-FR', lang: 'en' },
] as const)
  test.describe(`in a browser that prefers ${locale}`, () => {
    test.use({ locale })

    test(`speaks ${lang}`, async ({ page }) => {
      const name = said(lang, 'product_name')
      await page.goto('/')
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(name)
      await expect(page).toHaveTitle(name)
      await expect(page.locator('html')).toHaveAttribute('lang', lang)
    })
  })

test('keeps the language and theme chosen before, from the first paint', async ({ page }) => {
  await page.addInitScript(() => {
    localStorage.setItem('thinktab-locale', 'zh-CN')
    localStorage.setItem('thinktab-theme', 'dark')
  })
  // Without the application only boot.js is left to set them.
  await page.route('**/assets/**', (route) => route.abort())
  await page.goto('/')
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('refuses injected script, foreign requests and untrusted HTML', async ({ page }) => {
  await page.goto('/')
  const refused = await page.evaluate(async () => {
    const throws = (act: () => unknown) => {
      try {
        act()
        return false
      } catch {
        return true
      }
    }
    const foreign = new URL(location.href)
    foreign.hostname = 'localhost' // another origin, though the same server
    return {
      html: throws(() => (document.body.innerHTML = '<b>x</b>')),
      worker: throws(() => new Worker('/boot.js')),
      // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what the policy must refuse
      evaluated: throws(() => window.setTimeout('document.title = 1')),
      request: await fetch(foreign).then(
        () => false,
        () => true,
      ),
    }
  })
  expect(refused).toEqual({ html: true, worker: true, evaluated: true, request: true })
})

test('says honestly that a file is missing', async ({ request }) => {
  expect((await request.get('/models/none.wasm')).status()).toBe(404)
  expect((await request.post('/')).status()).toBe(405)
})

test('stays inside the site, whatever path is asked for', async ({ baseURL }) => {
  const site = new URL(baseURL ?? '')
  for (const path of ['/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json', '//', '/%ff', '/?'])
    expect(await statusOf(site, path), path).toBe(path === '/?' ? 200 : 404)
})

/** Asks for the path unchanged; fetch and Playwright would normalise it first. */
function statusOf(site: URL, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: site.port, path, agent: false }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject)
  })
}
