/** The cost of a search in a large history. */
import { median, round } from './measuring.mjs'

const CHATS = 10_000
const MESSAGES = 20
const QUERIES = ['harbour', 'quiet riv', '模型', '"evening light"', 'mountan', '思考 river', 'w3']
/** A phrase that occurs nowhere, though its words often do: every text with both must be read. */
const NOWHERE = '"w3 harbour w5"'
/** A slower answer counts as none, in ms. */
const PATIENCE_MS = 30_000

/** @typedef {import('./measuring.mjs').Page} Page */
/** @typedef {import('./measuring.mjs').Result} Result */

/**
 * Stores chats whose words are as unevenly frequent as those of a language.
 * @param {Page} page @param {number} chats @param {number} messages of each
 */
const fill = (page, chats, messages) =>
  page.evaluate(
    async ([chatCount = 0, messageCount = 0]) => {
      const WORDS =
        'river mountain harbour evening light quiet winter garden letter music number proof model token answer question'.split(
          ' ',
        )
      const CHARACTERS = Array.from('模型思考问题答案数学语言学习计算河流山海光夜花园冬天信件音乐证明')
      let seed = 1
      const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647
      const word = () => {
        const rank = Math.floor(30_000 ** random())
        // As frequent as words that people look for; w3 is as frequent as "of".
        return WORDS[rank - 200] ?? `w${rank.toString(36)}`
      }
      const text = (/** @type {number} */ count) =>
        Array.from({ length: count }, () =>
          random() < 0.15
            ? Array.from({ length: 6 }, () => CHARACTERS[Math.floor(CHARACTERS.length * random())]).join('')
            : word(),
        ).join(' ')
      const opening = indexedDB.open('thinktab-conversations')
      await new Promise((resolve) => (opening.onsuccess = resolve))
      for (let start = 0; start < chatCount; start += 500) {
        const transaction = opening.result.transaction(['conversations', 'messages'], 'readwrite', {
          durability: 'relaxed',
        })
        for (let at = start; at < Math.min(chatCount, start + 500); at += 1) {
          const id = `c${String(at).padStart(6, '0')}`
          let parentId = null
          for (let index = 0; index < messageCount; index += 1) {
            const message = `${id}-${index}`
            const role = index % 2 === 0 ? 'user' : 'assistant'
            const phrase = random() < 0.005 ? ' evening light' : ''
            const body = role === 'user' ? text(12) : `${text(15)}\n</think>\n\n${text(30)}${phrase}`
            transaction.objectStore('messages').put({
              id: message,
              conversationId: id,
              parentId,
              role,
              createdAt: at * 1000 + index,
              state: 'done',
              text: body,
            })
            parentId = message
          }
          transaction
            .objectStore('conversations')
            .put({ id, title: text(5), createdAt: at * 1000, updatedAt: at * 1000, leafId: parentId })
        }
        await new Promise((resolve) => (transaction.oncomplete = resolve))
      }
      opening.result.close()
    },
    [chats, messages],
  )

/**
 * Time in ms from a text in the field to the first hit on screen, or to the end of the search. @param {Page} page
 * @param {string} text @returns {Promise<number>}
 */
const firstHit = (page, text) =>
  page.evaluate(async ([query, patience]) => {
    const field = /** @type {HTMLInputElement} */ (document.querySelector('[data-testid=search]'))
    const type = (/** @type {string} */ value) => {
      field.value = value
      field.dispatchEvent(new InputEvent('input', { bubbles: true }))
    }
    const hits = () => document.querySelectorAll('[data-testid=search-hit]').length
    const status = document.querySelector('[data-part=search-status]')
    const isOver = () => hits() > 0 || status?.getAttribute('data-busy') === 'false'
    type('')
    while (hits() > 0) await new Promise(requestAnimationFrame)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const start = performance.now()
    type(query)
    return await new Promise((resolve) => {
      const end = () => {
        observer.disconnect()
        clearTimeout(timer)
        resolve(performance.now() - start)
      }
      const observer = new MutationObserver(() => isOver() && end())
      const timer = setTimeout(end, patience)
      observer.observe(document.body, { childList: true, subtree: true, attributes: true })
    })
  }, /** @type {const} */ ([text, PATIENCE_MS]))

/** @param {Page} page */
const indexed = (page) =>
  page.waitForFunction(
    () => {
      const status = document.querySelector('[data-part=search-status]')
      return status?.getAttribute('data-indexed') === 'true'
    },
    undefined,
    { timeout: 600_000, polling: 200 },
  )

/** Until the number of stored parts stays the same. @param {Page} page */
async function storedWhole(page) {
  const count = () =>
    page.evaluate(async () => {
      const opening = indexedDB.open('thinktab-search')
      await new Promise((resolve) => (opening.onsuccess = resolve))
      const counting = opening.result.transaction('shards').objectStore('shards').count()
      await new Promise((resolve) => (counting.onsuccess = resolve))
      opening.result.close()
      return counting.result
    })
  for (let before = -1, now = await count(); now === 0 || now !== before; now = await count()) {
    before = now
    await page.waitForTimeout(5000)
  }
}

/** @param {import('playwright').Browser} browser @param {string} url @returns {Promise<Result[]>} */
export async function searching(browser, url) {
  const context = await browser.newContext({ serviceWorkers: 'block' })
  const page = await context.newPage()
  await page.goto(url)
  await page.getByTestId('composer').waitFor()
  await fill(page, CHATS, MESSAGES)
  await page.goto(`${url}#/search`)
  await page.reload()
  await page.evaluate(() => {
    const durations = /** @type {number[]} */ ([])
    Object.assign(globalThis, { durations })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) durations.push(duration)
    }).observe({ type: 'longtask' })
  })
  const start = Date.now()
  await page.getByTestId('search').fill('x')
  await indexed(page)
  const buildMs = Date.now() - start
  const times = []
  for (const query of [...QUERIES, ...QUERIES]) times.push(await firstHit(page, query))
  const warm = times.slice(QUERIES.length)
  const nowhere = await firstHit(page, NOWHERE)
  const blocked = await page.evaluate(
    () => /** @type {{ durations: number[] }} */ (/** @type {unknown} */ (globalThis)).durations,
  )
  await storedWhole(page)
  await page.reload()
  const again = Date.now()
  await page.getByTestId('search').fill('x')
  await indexed(page)
  const reopenMs = Date.now() - again
  const reopened = []
  for (const query of QUERIES) reopened.push(await firstHit(page, query))
  await context.close()
  return [
    {
      name: `first hit among ${String(CHATS * MESSAGES)} messages, warm`,
      value: median(warm),
      goal: '<= 50',
      detail: warm.map((ms) => String(round(ms))).join(' '),
    },
    {
      name: 'the slowest of these queries',
      value: Math.max(...warm),
      goal: '<= 50',
      detail: `opened again ${reopened.map((ms) => String(round(ms))).join(' ')}`,
    },
    {
      name: 'ms until a phrase is known to be nowhere',
      value: nowhere,
      goal: '<= 10000',
      detail: NOWHERE,
    },
    {
      name: 'tasks of the page over 50 ms while they are indexed and searched',
      value: blocked.length,
      goal: '<= 0',
      detail: `${blocked.map((ms) => String(round(ms))).join(' ')} ms; index in ${String(round(buildMs / 1000))} s, opened again in ${String(round(reopenMs / 1000))} s`,
    },
  ]
}
