/**
 * `node scripts/screenshots.mjs FOLDER`: pictures of the built site, empty, thinking and answered, on a phone and a desktop,
 * in both themes and both languages. For looking at, and for the picture in the README.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { HOW_TO_GET_A_BROWSER, findBrowser } from './browser.mjs'
import { serve } from './serve.mjs'

const VIEWPORTS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } }
const QUESTIONS = {
  'en-US': ['What is 3847 + 2956?', "How many r's are in strawberry?"],
  'zh-CN': ['9.11和9.9哪个大？', 'strawberry里有几个r？'],
}

const [folder] = process.argv.slice(2)
const found = await findBrowser()
if (!folder || !found) {
  console.error(folder ? HOW_TO_GET_A_BROWSER : 'usage: node scripts/screenshots.mjs FOLDER')
  process.exit(1)
}
mkdirSync(folder, { recursive: true })
const server = await serve(0)
const browser = await chromium.launch({ executablePath: found.executablePath, args: [...found.args], env: found.env })

for (const [device, viewport] of Object.entries(VIEWPORTS))
  for (const [locale, [first = '', second = '']] of Object.entries(QUESTIONS))
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const context = await browser.newContext({ viewport, locale, colorScheme, deviceScaleFactor: 1 })
      const page = await context.newPage()
      const shot = (/** @type {string} */ state) =>
        page.screenshot({ path: join(folder, `${device}-${locale}-${colorScheme}-${state}.png`) })
      const replies = page.locator('[data-testid=message][data-role=assistant]')
      const ask = async (/** @type {string} */ text) => {
        await page.getByTestId('composer').fill(text)
        await page.getByTestId('composer').press('Enter')
      }
      await page.goto(server.url)
      await page.getByTestId('composer').waitFor()
      await shot('empty')
      await ask(first)
      await page.locator('[data-testid=message][data-role=assistant]:not([data-state=streaming])').waitFor()
      await replies.first().locator('[data-part=thought] button').first().click()
      await ask(second)
      await replies.nth(1).locator('[data-part=thought-text]').waitFor()
      await page.waitForTimeout(400)
      await shot('thinking')
      await page.locator('[data-testid=message][data-role=assistant][data-state=done] >> nth=1').waitFor()
      await page.waitForTimeout(300)
      await shot('answered')
      await context.close()
    }

await browser.close()
await server.close()
