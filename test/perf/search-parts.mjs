/** What the search costs in a large history. */
import { median, round } from './measuring.mjs'

const CHATS = 10_000
const MESSAGES = 20
const QUERIES = ['harbour', 'quiet riv', '模型', '"evening light"', 'mountan', '思考 river', 'w3']

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
            const body = role === 'user' ? text(12) : `${text(15)}\n</think>\n\n${text(30)}`
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

/** ms from a text in the field to the first hit on screen. @param {Page} page @param {string} text @returns {Promise<number>} */
const firstHit = (page, text) =>
  page.evaluate(async (query) => {
    const field = /** @type {HTMLInputElement} */ (document.querySelector('[data-testid=search]'))
    const type = (/** @type {string} */ value) => {
      field.value = value
      field.dispatchEvent(new InputEvent('input', { bubbles: true }))
    }
    const hits = () => document.querySelectorAll('[data-testid=search-hit]').length
    type('')
    while (hits() > 0) await new Promise(requestAnimationFrame)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const start = performance.now()
    type(query)
    return await new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (hits() === 0) return
        observer.disconnect()
        resolve(performance.now() - start)
      })
      observer.observe(document.body, { childList: true, subtree: true })
      if (hits() > 0) resolve(performance.now() - start)
    })
  }, text)

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
  const blocked = await page.evaluate(
    () => /** @type {{ durations: number[] }} */ (/** @type {unknown} */ (globalThis)).durations,
  )
  const times = []
  for (const query of [...QUERIES, ...QUERIES]) times.push(await firstHit(page, query))
  const warm = times.slice(QUERIES.length)
  await page.waitForTimeout(15_000)
  await page.reload()
  const again = Date.now()
  await page.getByTestId('search').fill('x')
  await indexed(page)
  const reopenMs = Date.now() - again
  await context.close()
  return [
    {
      name: `first hit among ${String(CHATS * MESSAGES)} messages, warm`,
      value: median(warm),
      goal: '<= 50',
      detail: warm.map((ms) => String(round(ms))).join(' '),
    },
    {
      name: 'tasks of the page over 50 ms while they are indexed',
      value: blocked.length,
      goal: '<= 0',
      detail: `index in ${String(round(buildMs / 1000))} s, opened again in ${String(round(reopenMs / 1000))} s`,
    },
  ]
}
