/** The lab with ten thousand results, and what it adds to the time in which a model writes. */
import { ENABLE_WEBGPU } from '../../scripts/browser.mjs'
import { Buffer } from 'node:buffer'
import { chromium } from 'playwright'
import { median, round, ROUNDS } from './measuring.mjs'

const RESULTS = 10_000

/** @typedef {import('./measuring.mjs').Page} Page */
/** @typedef {import('./measuring.mjs').Result} Result */

/** A result of this many questions as a file. */
function resultFile() {
  const run = {
    id: 'many',
    createdAt: 1,
    suite: { name: 'arithmetic', language: 'en', levels: [1, 2, 3, 4, 5], seed: 1 },
    settings: { effort: 'normal', temperature: 0, votes: 1, seed: 1 },
    model: { id: 'nano', name: 'Nano' },
    state: 'done',
    questions: RESULTS,
    finished: RESULTS,
    right: RESULTS / 2,
    wrong: RESULTS / 2,
    writtenMs: 1,
  }
  const places = Array.from({ length: RESULTS }, (_, at) => at)
  return JSON.stringify({
    format: 'thinktab-lab-result',
    version: 1,
    run,
    questions: places.map((at) => ({
      family: 'arithmetic',
      level: 1 + (at % 5),
      text: `What is ${String(at)} + 1?`,
      answer: String(at + 1),
    })),
    items: places.map((at) => ({
      run: 'many',
      at,
      state: at % 2 === 0 ? 'right' : 'wrong',
      how: at % 7 === 0 ? 'looped' : 'ended',
      value: String(at % 2 === 0 ? at + 1 : at),
      promptTokens: 20,
      thoughtTokens: at % 300,
      newTokens: 10 + (at % 300),
      prefillMs: 5,
      decodeMs: 20 + (at % 300),
    })),
    texts: [],
  })
}

/** ms until a step's effect is drawn. @param {Page} page @param {'open' | 'wrong' | 'all'} step */
const timed = (page, step) =>
  page.evaluate(async (wanted) => {
    const count = () => document.querySelector('[data-testid=lab-items]')?.getAttribute('data-count')
    const start = performance.now()
    const link = document.querySelector('[data-testid=lab-result] h3 a')
    const filter = document.querySelector('[data-part=lab-filter]')
    if (wanted === 'open' && link instanceof HTMLElement) link.click()
    else if (filter instanceof HTMLSelectElement) {
      filter.value = wanted
      filter.dispatchEvent(new Event('change', { bubbles: true }))
    }
    const due = wanted === 'wrong' ? '5000' : '10000'
    while (count() !== due) await new Promise(requestAnimationFrame)
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    return performance.now() - start
  }, step)

/** @param {{ executablePath: string, args: string[], env?: Record<string, string | undefined> }} found @param {string} url @returns {Promise<Result[]>} */
export async function lab(found, url) {
  const args = [...found.args.filter((arg) => arg !== ENABLE_WEBGPU), '--disable-gpu']
  const browser = await chromium.launch({ ...found, args })
  try {
    const page = await browser.newPage({ serviceWorkers: 'block' })
    await page.goto(new URL('#/lab', url).href)
    const overhead = await overheadOf(page)
    const file = { name: 'many.json', mimeType: 'application/json', buffer: Buffer.from(resultFile()) }
    await page.getByTestId('lab-result').locator('[data-part=lab-delete]').click()
    await page.getByTestId('lab-import').setInputFiles(file)
    await page.locator(`[data-testid=lab-result][data-total="${String(RESULTS)}"]`).waitFor({ timeout: 120_000 })
    const opened = []
    const filters = []
    for (let at = 0; at < ROUNDS; at += 1) {
      opened.push(await timed(page, 'open'))
      filters.push(await timed(page, 'wrong'), await timed(page, 'all'))
      await page.getByTestId('lab-list').click()
      await page.getByTestId('lab-suite').first().waitFor()
    }
    const detail = `median of ${String(ROUNDS)}, ${String(RESULTS)} results`
    return [
      { name: 'lab: opening, ms', value: median(opened), goal: '<= 300', detail },
      { name: 'lab: a filter, ms', value: median(filters), goal: '<= 50', detail },
      { name: 'lab: an item beyond its reply, ms', value: overhead.each, goal: '<= 20', detail: overhead.detail },
    ]
  } finally {
    await browser.close()
  }
}

/**
 * The time of a run that is not spent in prefill and decode, for each of its questions, the model being loaded. The page
 * times itself: a locator looks only every half second, which is 25 ms for each question.
 * @param {Page} page
 */
async function overheadOf(page) {
  const start = page.locator('[data-testid=lab-suite][data-suite=first]').getByTestId('lab-run')
  const result = page.getByTestId('lab-result').first()
  await start.click()
  await result.and(page.locator('[data-state=done]')).waitFor({ timeout: 120_000 })
  const runs = []
  for (let at = 0; at < ROUNDS; at += 1) {
    await result.locator('[data-part=lab-delete]').click()
    runs.push(await start.evaluate(timedRun))
  }
  const each = runs.map(({ wall, written }) => (wall - written) / 20)
  const walls = runs.map(({ wall }) => wall)
  return {
    each: median(each),
    detail: `median of ${String(ROUNDS)}: ${each.map((ms) => String(round(ms))).join(', ')}; a run ${String(round(median(walls)))} ms`,
  }
}

/** In the page: starts the run and waits for its end. @param {SVGElement | HTMLElement} button @returns {Promise<{ wall: number, written: number }>} */
async function timedRun(button) {
  const began = performance.now()
  button.dispatchEvent(new MouseEvent('click', { bubbles: true }))
  await new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (!document.querySelector('[data-testid=lab-result][data-state=done]')) return
      observer.disconnect()
      resolve(undefined)
    })
    observer.observe(document.body, { subtree: true, childList: true, attributes: true })
  })
  const wall = performance.now() - began
  const opening = indexedDB.open('thinktab-lab')
  await new Promise((resolve) => (opening.onsuccess = resolve))
  const asking = opening.result.transaction('items').objectStore('items').getAll()
  await new Promise((resolve) => (asking.onsuccess = resolve))
  opening.result.close()
  const blocks = /** @type {{ words: string }[]} */ (asking.result)
  /** @type {{ prefillMs: number, decodeMs: number }[]} */
  const items = blocks.flatMap(({ words }) => JSON.parse(words))
  return { wall, written: items.reduce((sum, { prefillMs, decodeMs }) => sum + prefillMs + decodeMs, 0) }
}
