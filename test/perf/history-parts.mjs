/** The cost of opening and scrolling a long chat. */
import { median, round, ROUNDS } from './measuring.mjs'

const LONG = 2000
const SHORT = 10

/** @typedef {import('./measuring.mjs').Page} Page */
/** @typedef {import('./measuring.mjs').Result} Result */

/**
 * Stores a chat of this many messages: prose, lists, and now and then code or a formula. @param {Page} page @param
 * {number} count
 */
const fill = (page, count) =>
  page.evaluate(async (messages) => {
    const opening = indexedDB.open('thinktab-conversations')
    await new Promise((resolve) => (opening.onsuccess = resolve))
    const transaction = opening.result.transaction(['conversations', 'messages'], 'readwrite')
    const id = `long-${String(messages)}`
    let parentId = null
    for (let at = 0; at < messages; at += 1) {
      const message = `${id}-${String(at)}`
      const prose =
        'A **river** is a natural stream of water that flows towards an ocean, a lake or another river. '.repeat(3)
      const more = [
        '- one\n- two\n- three',
        '```python\nfor x in range(10):\n    print(x)\n```',
        'So $x^2 + y^2 = z^2$ holds.',
      ]
      const text =
        at % 2 === 0
          ? `Question ${String(at)}: what is a river?`
          : `Let me think about it.\n</think>\n\n${prose}\n\n${more[(at >> 1) % 12] ?? prose}`
      transaction.objectStore('messages').put({
        id: message,
        conversationId: id,
        parentId,
        role: at % 2 === 0 ? 'user' : 'assistant',
        createdAt: at,
        state: 'done',
        text,
      })
      parentId = message
    }
    transaction
      .objectStore('conversations')
      .put({ id, title: id, createdAt: messages, updatedAt: messages, leafId: parentId })
    await new Promise((resolve) => (transaction.oncomplete = resolve))
    opening.result.close()
  }, count)

/** ms from the address of a chat to a frame with its last message in sight. @param {Page} page @param {number} count */
const opening = (page, count) =>
  page.evaluate(async (messages) => {
    const id = `long-${String(messages)}`
    const last = `${id}-${String(messages - 1)}`
    location.hash = '#/'
    while (document.querySelector('[data-message-id]')) await new Promise(requestAnimationFrame)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const start = performance.now()
    location.hash = `#/c/${id}`
    for (;;) {
      await new Promise(requestAnimationFrame)
      const bottom = document.querySelector(`[data-message-id="${last}"]`)?.getBoundingClientRect().bottom
      if (bottom !== undefined && bottom > 0 && bottom <= innerHeight) return performance.now() - start
    }
  }, count)

/**
 * Tasks over 50 ms, in ms each, while the chat on the page is scrolled from its end to its start and back. @param
 * {Page} page
 */
const scrolling = (page) =>
  page.evaluate(async () => {
    const long = /** @type {number[]} */ ([])
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) long.push(duration)
    })
    observer.observe({ type: 'longtask' })
    const scroller = document.querySelector('[data-testid=scroller]')
    if (!scroller) throw new Error('There is nothing to scroll.')
    let frames = 0
    for (const by of [-1500, 1500])
      for (let still = 0; still < 5; frames += 1) {
        const before = scroller.scrollTop
        scroller.scrollTop += by
        await new Promise(requestAnimationFrame)
        still = scroller.scrollTop === before ? still + 1 : 0
      }
    await new Promise((resolve) => setTimeout(resolve, 200))
    observer.disconnect()
    return { long, frames }
  })

/** @param {import('playwright').Browser} browser @param {string} url @returns {Promise<Result[]>} */
export async function longHistory(browser, url) {
  const context = await browser.newContext({ serviceWorkers: 'block' })
  const page = await context.newPage()
  await page.goto(url)
  await page.getByTestId('composer').waitFor()
  for (const count of [SHORT, LONG]) await fill(page, count)
  await page.reload()
  await page.getByTestId('chat-item').first().waitFor()
  const pairs = []
  for (let index = 0; index <= ROUNDS; index += 1)
    pairs.push({ few: await opening(page, SHORT), many: await opening(page, LONG) })
  // The first pair fetches what the page draws messages with.
  const [few, many] = [median(pairs.slice(1).map((pair) => pair.few)), median(pairs.slice(1).map((pair) => pair.many))]
  await opening(page, LONG)
  const { long, frames } = await scrolling(page)
  await context.close()
  return [
    {
      name: `a chat of ${String(LONG)} messages opens at its end / one of ${String(SHORT)}`,
      value: many / few,
      goal: '<= 2',
      detail: `${String(round(many))} ms / ${String(round(few))} ms`,
    },
    {
      name: 'tasks over 50 ms while it is scrolled',
      value: long.length,
      goal: '<= 0',
      detail: `${long.map((ms) => String(round(ms))).join(' ')} ms in ${String(frames)} frames`,
    },
  ]
}
