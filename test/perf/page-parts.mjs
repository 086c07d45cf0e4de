/** The cost of the page itself: a growing reply, a long chat, many chats. */
import { call, median, round, ROUNDS } from './measuring.mjs'

/** About ten thousand, in whole periods of the text: see bench.fixture.ts. */
const PERIOD = 120
const STREAMED = 84 * PERIOD
const CHATS = 10_000

/** @typedef {import('./measuring.mjs').Page} Page */
/** @typedef {import('./measuring.mjs').Result} Result */

/**
 * Median cost of a token on the page's main thread in each window of token numbers, in ms.
 * @param {Page} bench @param {'thought' | 'answer'} part @param {number} tokens @param {number} earlier messages in the chat
 * @param {number[][]} windows @returns {Promise<number[]>}
 */
const tokenCost = (bench, part, tokens, earlier, windows) => call(bench, 'tokenCost', part, tokens, earlier, windows)

/** @param {Page} bench @returns {Promise<Result[]>} */
export async function longReply(bench) {
  const results = []
  for (const part of /** @type {const} */ (['thought', 'answer'])) {
    const [early = NaN, late = NaN] = await tokenCost(bench, part, STREAMED, 0, [
      [3 * PERIOD, 5 * PERIOD],
      [STREAMED - 2 * PERIOD, STREAMED],
    ])
    results.push({
      name: `a token's cost at 10,000 / at 500, ${part}`,
      value: late / early,
      goal: '<= 1.5',
      detail: `${String(round(late))} ms / ${String(round(early))} ms`,
    })
  }
  return results
}

/** Tokens of one block each: 2,000 items, 2,000 rows, 60 kB of text, 60 kB of Chinese, 80 kB of code. */
const BLOCKS = { list: 16_000, table: 16_000, paragraph: 12_000, chinese: 10_000, fence: 11_200 }

/**
 * The cost of a token at the end of one long block, divided by that at its start. @param {Page} bench @returns
 * {Promise<Result[]>}
 */
export async function longBlocks(bench) {
  const results = []
  for (const [shape, tokens] of Object.entries(BLOCKS)) {
    const windows = [
      [400, 1000],
      [tokens - 600, tokens],
    ]
    const [early = NaN, late = NaN] = await call(bench, 'tokenCost', 'answer', tokens, 0, windows, shape)
    results.push({
      name: `a token's cost at the end / at the start of one ${shape}`,
      value: late / early,
      goal: '<= 1.5',
      detail: `${String(round(late))} ms / ${String(round(early))} ms`,
    })
  }
  return results
}

/** In pairs, so that other work of the machine affects both alike. @param {Page} bench @returns {Promise<Result[]>} */
export async function longChat(bench) {
  const pairs = []
  for (let index = 0; index < ROUNDS; index += 1) {
    const [few = NaN] = await tokenCost(bench, 'answer', 600, 2, [[200, 600]])
    const [many = NaN] = await tokenCost(bench, 'answer', 600, 1000, [[200, 600]])
    pairs.push({ few, many })
  }
  return [
    {
      name: "a token's cost, 1,000 earlier messages / 2",
      value: median(pairs.map(({ few, many }) => many / few)),
      goal: '<= 1.2',
      detail: `${String(round(median(pairs.map(({ many }) => many))))} ms / ${String(round(median(pairs.map(({ few }) => few))))} ms`,
    },
  ]
}

/** @param {Page} bench @returns {Promise<Result[]>} */
export async function longTasks(bench) {
  const long = await call(bench, 'longTasks', 10)
  return [{ name: 'tasks over 50 ms, 10 s at 100 tok/s', value: long, goal: '<= 0', detail: '' }]
}

/**
 * ms from the navigation to a list of chats on screen, with this many stored.
 * @param {import('playwright').Browser} browser @param {string} url @param {number} chats
 */
async function opening(browser, url, chats) {
  const context = await browser.newContext({ serviceWorkers: 'block' })
  const page = await context.newPage()
  await page.goto(url)
  await page.getByTestId('composer').waitFor()
  await page.evaluate(async (count) => {
    const opening = indexedDB.open('thinktab-conversations')
    await new Promise((resolve) => (opening.onsuccess = resolve))
    const transaction = opening.result.transaction(['conversations', 'messages'], 'readwrite')
    for (let at = 1; at <= count; at += 1) {
      const id = `c${String(at)}`
      transaction
        .objectStore('conversations')
        .put({ id, title: `Chat ${id}`, createdAt: at, updatedAt: at, leafId: `m${id}` })
      transaction.objectStore('messages').put({
        id: `m${id}`,
        conversationId: id,
        parentId: null,
        role: 'user',
        createdAt: at,
        state: 'done',
        text: 'x',
      })
    }
    await new Promise((resolve) => (transaction.oncomplete = resolve))
    opening.result.close()
  }, chats)
  const times = []
  for (let index = 0; index <= ROUNDS; index += 1) {
    await page.reload()
    await page.getByTestId('chat-item').first().waitFor({ state: 'attached' })
    times.push(await page.evaluate(() => performance.now()))
  }
  await context.close()
  return median(times.slice(1))
}

/** @param {import('playwright').Browser} browser @param {string} url @returns {Promise<Result[]>} */
export async function openings(browser, url) {
  const [few, many] = [await opening(browser, url, 10), await opening(browser, url, CHATS)]
  return [
    {
      name: `opening with ${String(CHATS)} chats / with 10`,
      value: many / few,
      goal: '<= 1.5',
      detail: `${String(round(many))} ms / ${String(round(few))} ms`,
    },
  ]
}
