/**
 * `npm run bench [-- PART ...]`: measures the built site and its rooms in one Chromium, as ratios within this run, and prints a
 * table; with all parts it writes bench-results.json. A machine that does other things makes the figures worse and noisier,
 * never better.
 */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { chromium } from 'playwright'
import { build } from 'vite'
import { ISOLATION_HEADERS } from '../../config/headers.mjs'
import { MESSAGE_COMPILER } from '../../config/i18n.mjs'
import { HOW_TO_GET_A_BROWSER, findBrowser } from '../../scripts/browser.mjs'
import { serve } from '../../scripts/serve.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const ROUNDS = 5
/** About ten thousand, in whole periods of the text: see bench.fixture.ts. */
const PERIOD = 120
const STREAMED = 84 * PERIOD
const CHATS = 10_000

/** @typedef {import('playwright').Page} Page */
/** @typedef {{ name: string, value: number, goal: string, detail: string }} Result */

/** @param {readonly number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
/** @param {number} value */
const round = (value) => Number(value.toPrecision(3))

/**
 * Runs a measurement of bench.fixture.ts.
 * @param {Page} page @param {'bareRate' | 'longTasks' | 'tokenCost' | 'warmLoad'} name @param {...unknown} args
 * @returns {Promise<any>} what that function returns
 */
const call = (page, name, ...args) => page.evaluate(`globalThis.bench.${name}(...${JSON.stringify(args)})`)

/** The page of this folder, with the built-in model where a bare MLCEngine looks for it. @param {string} folder */
async function buildBenchPage(folder) {
  const page = join(ROOT, 'test/perf/page')
  await build({
    configFile: false,
    logLevel: 'error',
    root: page,
    plugins: [paraglideVitePlugin(MESSAGE_COMPILER), svelte({ configFile: join(ROOT, 'svelte.config.js') })],
    build: { outDir: folder, emptyOutDir: true, target: 'es2023' },
    worker: { format: 'es' },
  })
  await cp(join(ROOT, 'public/models/nano'), join(folder, 'model/resolve/main'), { recursive: true })
}

/**
 * Tokens a second of one answer through the whole app, from the first thought on screen to the end.
 * @param {Page} page @param {string} question
 */
async function appRate(page, question) {
  await page.getByTestId('new-chat').click()
  await page.waitForFunction(() => !document.querySelector('[data-role=assistant]'))
  await page.evaluate(() => {
    const times = { first: 0, done: 0 }
    Object.assign(window, { times })
    const look = () => {
      const replies = document.querySelectorAll('[data-testid=message][data-role=assistant]')
      const reply = /** @type {HTMLElement | undefined} */ (replies[replies.length - 1])
      if (!reply) return
      if (!times.first && reply.querySelector('[data-part=thought-text]')) times.first = performance.now()
      if (times.first && reply.dataset['state'] === 'done') times.done = performance.now()
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  await page.getByTestId('composer').fill(question)
  await page.getByTestId('composer').press('Enter')
  await page.waitForFunction(() => /** @type {any} */ (window).times.done > 0, undefined, { timeout: 120_000 })
  const { first, done } = await page.evaluate(() => /** @type {any} */ (window).times)
  const tokens = Number.parseInt((await page.getByTestId('stats').last().textContent()) ?? '', 10)
  return ((tokens - 1) * 1000) / (done - first)
}

/** @param {Page} app @param {Page} bench @returns {Promise<Result[]>} */
async function decodeRates(app, bench) {
  const rates = { bare: [0], app: [0], blocked: [0] }
  for (const list of Object.values(rates)) list.length = 0
  await app.getByTestId('composer').fill('1 + 1')
  await app.getByTestId('composer').press('Enter')
  await app.waitForFunction(() => document.querySelector('[data-role=assistant][data-state=done]'))
  for (let index = 0; index <= ROUNDS; index += 1) {
    const question = `What is ${String(48_213 + index)} + ${String(39_975 + index)}?`
    const prompt = `<｜begin▁of▁sentence｜><｜User｜>${question}<｜Assistant｜><think>\n`
    const bare = await call(bench, 'bareRate', prompt)
    const free = await appRate(app, question)
    await app.evaluate(() => {
      const timer = setInterval(() => {
        const start = performance.now()
        while (performance.now() - start < 50);
      }, 100)
      Object.assign(window, { timer })
    })
    const blocked = await appRate(app, question)
    await app.evaluate(() => clearInterval(/** @type {any} */ (window).timer))
    if (index === 0) continue // both engines compile their shaders
    rates.bare.push(bare)
    rates.app.push(free)
    rates.blocked.push(blocked)
  }
  const [bare, free, blocked] = [rates.bare, rates.app, rates.blocked].map(median)
  const unit = (/** @type {number | undefined} */ value) => `${String(round(value ?? NaN))} tok/s`
  return [
    {
      name: 'decode, app / bare MLCEngine',
      value: (free ?? NaN) / (bare ?? NaN),
      goal: '>= 0.95',
      detail: `${unit(free)} / ${unit(bare)}`,
    },
    {
      name: 'decode with a main thread busy half the time / bare',
      value: (blocked ?? NaN) / (bare ?? NaN),
      goal: '>= 0.95',
      detail: `${unit(blocked)} / ${unit(bare)}`,
    },
  ]
}

/**
 * The two engines by turns, on a machine whose WebGPU is a CPU too.
 * @param {Page} app @param {import('playwright').Browser} browser @param {string} url @returns {Promise<Result[]>}
 */
async function engines(app, browser, url) {
  const context = await browser.newContext({ serviceWorkers: 'block' })
  await context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }))
  const page = await context.newPage()
  await page.goto(url)
  const pairs = []
  for (let index = 0; index <= ROUNDS; index += 1) {
    const question = `What is ${String(48_213 + index)} + ${String(39_975 + index)}?`
    await page.bringToFront()
    const processor = await appRate(page, question)
    await app.bringToFront()
    pairs.push({ processor, gpu: await appRate(app, question) })
  }
  await context.close()
  const warm = pairs.slice(1) // both load the model first
  return [
    {
      name: 'decode, llama.cpp on the processor / WebGPU in software',
      value: median(warm.map(({ processor, gpu }) => processor / gpu)),
      goal: '>= 1',
      detail: `${String(round(median(warm.map(({ processor }) => processor))))} tok/s / ${String(round(median(warm.map(({ gpu }) => gpu))))} tok/s`,
    },
  ]
}

/** @param {Page} app @returns {Promise<Result[]>} */
async function prefill(app) {
  await app.getByTestId('new-chat').click()
  const prompts = []
  let prefilled = NaN
  for (let turn = 1; turn <= 10; turn += 1) {
    await app.getByTestId('composer').fill(`${String(turn)} + 1`)
    await app.getByTestId('composer').press('Enter')
    const stats = app.getByTestId('stats').nth(turn - 1)
    await stats.waitFor({ timeout: 120_000 })
    prompts.push(Number(await stats.getAttribute('data-prompt')))
    prefilled = Number(await stats.getAttribute('data-prefilled'))
  }
  const fresh = (prompts[9] ?? NaN) - (prompts[8] ?? NaN)
  return [
    {
      name: 'tokens prefilled / new tokens, turn 10',
      value: prefilled / fresh,
      goal: '<= 1.1',
      detail: `${String(prefilled)} / ${String(fresh)} of ${String(prompts[9])}`,
    },
  ]
}

/**
 * Median cost of a token on the page's main thread in each window of token numbers, in ms.
 * @param {Page} bench @param {'thought' | 'answer'} part @param {number} tokens @param {number} earlier messages in the chat
 * @param {number[][]} windows @returns {Promise<number[]>}
 */
const tokenCost = (bench, part, tokens, earlier, windows) => call(bench, 'tokenCost', part, tokens, earlier, windows)

/** @param {Page} bench @returns {Promise<Result[]>} */
async function longReply(bench) {
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

/** In pairs, so that what else the machine does weighs on both alike. @param {Page} bench @returns {Promise<Result[]>} */
async function longChat(bench) {
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
async function longTasks(bench) {
  const long = await call(bench, 'longTasks', 10)
  return [{ name: 'tasks over 50 ms, 10 s at 100 tok/s', value: long, goal: '<= 0', detail: '' }]
}

/** @param {Page} bench @returns {Promise<Result[]>} */
async function warmLoad(bench) {
  const { read, model } = await call(bench, 'warmLoad')
  return [
    {
      name: 'warm load: bytes read / model bytes',
      value: read / model,
      goal: '<= 1',
      detail: `${String(read)} / ${String(model)}`,
    },
  ]
}

/**
 * ms from the navigation to a list of chats on screen, with so many stored.
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
async function openings(browser, url) {
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

/** @typedef {{ bench: Page, app: Page, browser: import('playwright').Browser, url: string }} Places */

/**
 * What is measured, and in which page, which has to be in front: browsers draw no other.
 * @type {Record<string, { front: 'bench' | 'app', measure: (places: Places) => Promise<Result[]> }>}
 */
const PARTS = {
  'warm-load': { front: 'bench', measure: ({ bench }) => warmLoad(bench) },
  'long-reply': { front: 'bench', measure: ({ bench }) => longReply(bench) },
  'long-chat': { front: 'bench', measure: ({ bench }) => longChat(bench) },
  'long-tasks': { front: 'bench', measure: ({ bench }) => longTasks(bench) },
  opening: { front: 'app', measure: ({ browser, url }) => openings(browser, url) },
  decode: { front: 'app', measure: ({ app, bench }) => decodeRates(app, bench) },
  engines: { front: 'app', measure: ({ app, browser, url }) => engines(app, browser, url) },
  prefill: { front: 'app', measure: ({ app }) => prefill(app) },
}

/** The parts named on the command line, else all. */
function wantedParts() {
  const asked = argv.slice(2)
  const unknown = asked.find((part) => !(part in PARTS))
  if (unknown) throw new Error(`There is no part called ${unknown}. Known: ${Object.keys(PARTS).join(', ')}.`)
  return Object.entries(PARTS).flatMap(([name, part]) => (asked.length === 0 || asked.includes(name) ? [part] : []))
}

async function main() {
  const parts = wantedParts()
  const found = await findBrowser()
  if (!found) throw new Error(HOW_TO_GET_A_BROWSER)
  await build({ root: ROOT, logLevel: 'error' })
  const folder = await mkdtemp(join(tmpdir(), 'thinktab-bench-'))
  await buildBenchPage(folder)
  // isolated, or the browser's clock would have steps of 0.1 ms, half of what is measured
  const [site, benchSite] = [await serve(0), await serve(0, { folder, headers: () => ISOLATION_HEADERS })]
  const browser = await chromium.launch({ executablePath: found.executablePath, args: found.args, env: found.env })
  try {
    const context = await browser.newContext({ serviceWorkers: 'block' })
    const [bench, app] = [await context.newPage(), await context.newPage()]
    await app.goto(site.url)
    await bench.goto(benchSite.url)
    await bench.waitForFunction(() => 'bench' in globalThis)
    /** @type {Result[]} */
    const results = []
    for (const { front, measure } of parts) {
      await { bench, app }[front].bringToFront()
      results.push(...(await measure({ bench, app, browser, url: site.url })))
    }
    const rounded = results.map((result) => ({ ...result, value: round(result.value) }))
    console.table(
      rounded.map(({ name, value, goal, detail }) => ({ name, value, goal, met: met(value, goal), detail })),
    )
    if (parts.length < Object.keys(PARTS).length) return
    await writeFile(
      join(ROOT, 'bench-results.json'),
      `${JSON.stringify({ date: new Date().toISOString(), browser: browser.version(), results: rounded }, null, 2)}\n`,
    )
  } finally {
    await browser.close()
    await Promise.all([site.close(), benchSite.close()])
    await rm(folder, { recursive: true, force: true })
  }
}

/** @param {number} value @param {string} goal  such as ">= 0.95" */
function met(value, goal) {
  const [sign, limit] = goal.split(' ')
  return sign === '>=' ? value >= Number(limit) : value <= Number(limit)
}

await main()
