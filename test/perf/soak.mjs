/**
 * `npm run soak [-- TURNS [ENGINE]]`: asks Nano so many questions (500) in one page of the built site, on each engine or
 * on the one named, for a part of them with four other tabs open. Prints what grows with each turn, with the 95 %
 * interval of its slope, and fails where the page leaks.
 */
import { argv, exit } from 'node:process'
import { chromium } from 'playwright'
import { ENABLE_WEBGPU, HOW_TO_GET_A_BROWSER, findBrowser } from '../../scripts/browser.mjs'
import { serve } from '../../scripts/serve.mjs'
import { ON_WEBGPU } from '../fixtures/on-webgpu.mjs'
import { objectCounter } from './heap-objects.mjs'
import { round } from './measuring.mjs'

const TURNS = Number(argv[2] ?? 500)
/** A look every so many turns; a new chat as often, so that the prompts stay short. */
const EVERY = 10
/** The first looks still see caches fill: the encoder of prompts remembers 256 texts, two of each turn. */
const SETTLING = 0.3
/** So many chats are there from the start, more than the list has rows in sight: what is measured are turns, not rows. */
const STORED_CHATS = 100

/** @typedef {import('playwright').Page} Page */
/** @typedef {Readonly<Record<string, number>>} Look */

/**
 * What must not grow, and by how much a turn may let it: a leak of one object a turn is more.
 * @type {Readonly<Record<string, { most: number, unit: string }>>}
 */
const LIMITS = {
  objects: { most: 0.9, unit: 'objects' }, // a chat in the list every ten turns is a few of them
  workerObjects: { most: 0.5, unit: 'objects' },
  heap: { most: 4000, unit: 'bytes' }, // the browser still compiles
  elements: { most: 0.5, unit: 'elements' },
  listeners: { most: 0.5, unit: 'listeners' },
  workers: { most: 0.05, unit: 'workers' },
  gpuBuffers: { most: 0.5, unit: 'buffers' },
  stored: { most: 20_000, unit: 'bytes' }, // the chats themselves
}

/** @param {Page} page @param {string} question */
async function ask(page, question) {
  const replies = page.locator('[data-testid=message][data-role=assistant]')
  const before = await replies.count()
  await page.getByTestId('composer').fill(question)
  await page.getByTestId('composer').press('Enter')
  await replies.nth(before).and(page.locator('[data-state=done]')).waitFor({ timeout: 120_000 })
}

/** Counts the buffers of the GPU that an engine has open. @param {Page} page */
function countBuffers(page) {
  page.on('worker', (worker) => {
    if (!worker.url().includes('engine-worker')) return
    void worker.evaluate(() => {
      const { prototype } = GPUDevice
      // eslint-disable-next-line @typescript-eslint/unbound-method -- called with the device as `this` below
      const create = prototype.createBuffer
      const counted = Object.assign(globalThis, { openBuffers: 0 })
      prototype.createBuffer = function (descriptor) {
        const buffer = create.call(this, descriptor)
        const destroy = buffer.destroy.bind(buffer)
        counted.openBuffers += 1
        buffer.destroy = () => {
          counted.openBuffers -= 1
          destroy()
        }
        return buffer
      }
    })
  })
}

/** @param {Page} page */
const storeChats = (page) =>
  page.evaluate(async (count) => {
    const opening = indexedDB.open('thinktab-conversations')
    await new Promise((resolve) => (opening.onsuccess = resolve))
    const transaction = opening.result.transaction(['conversations', 'messages'], 'readwrite')
    for (let at = 0; at < count; at += 1) {
      const id = `stored-${String(at)}`
      const messageId = `${id}-question`
      const question = { id: messageId, conversationId: id, parentId: null, role: 'user', createdAt: at }
      transaction.objectStore('messages').put({ ...question, state: 'done', text: '1 + 1' })
      transaction
        .objectStore('conversations')
        .put({ id, title: id, createdAt: at + 1, updatedAt: at + 1, leafId: messageId })
    }
    await new Promise((resolve) => (transaction.oncomplete = resolve))
    opening.result.close()
  }, STORED_CHATS)

/**
 * @param {Page} page @param {import('playwright').CDPSession} devtools
 * @param {Awaited<ReturnType<typeof objectCounter>>} countObjects
 * @returns {Promise<Look>}
 */
async function look(page, devtools, countObjects) {
  // What was on the page is let go a moment later, and some of it only by a second collection.
  for (let collections = 0; collections < 2; collections += 1) {
    await page.waitForTimeout(300)
    await devtools.send('HeapProfiler.collectGarbage')
  }
  const { metrics } = await devtools.send('Performance.getMetrics')
  const metric = (/** @type {string} */ name) => metrics.find((each) => each.name === name)?.value ?? NaN
  const engine = page.workers().find((worker) => worker.url().includes('engine-worker'))
  const buffers = await engine?.evaluate(() => Number(Reflect.get(globalThis, 'openBuffers')))
  const { objects, workerObjects } = await countObjects()
  return {
    objects,
    ...(workerObjects !== undefined && { workerObjects }),
    heap: metric('JSHeapUsedSize'),
    // Not `Nodes`: the browser keeps those of a thousand steps that can be undone in the composer.
    elements: await page.evaluate(() => document.querySelectorAll('*').length),
    listeners: metric('JSEventListeners'),
    workers: page.workers().length,
    stored: await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0),
    ...(buffers !== undefined && { gpuBuffers: buffers }),
  }
}

/**
 * The slope of a line through the points by least squares, and half the width of its 95 % interval.
 * @param {readonly (readonly [x: number, y: number])[]} points
 */
function slopeOf(points) {
  const n = points.length
  const mean = (/** @type {readonly number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / n
  const [x0, y0] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const spread = points.reduce((sum, [x]) => sum + (x - x0) ** 2, 0)
  const slope = points.reduce((sum, [x, y]) => sum + (x - x0) * (y - y0), 0) / spread
  const rest = points.reduce((sum, [x, y]) => sum + (y - y0 - slope * (x - x0)) ** 2, 0)
  return { slope, half: 1.96 * Math.sqrt(rest / Math.max(1, n - 2) / spread) }
}

/**
 * @param {'processor' | 'webgpu'} engine @param {string} url
 * @param {NonNullable<Awaited<ReturnType<typeof findBrowser>>>} found
 * @returns {Promise<boolean>} whether nothing leaks
 */
async function soak(engine, url, found) {
  const args = found.args.filter((arg) => engine === 'webgpu' || arg !== ENABLE_WEBGPU)
  const browser = await chromium.launch({ ...found, args })
  const context = await browser.newContext({ baseURL: url })
  if (engine === 'webgpu')
    await context.addInitScript(({ name, value }) => {
      localStorage.setItem(name, value)
    }, ON_WEBGPU)
  const page = await context.newPage()
  countBuffers(page)
  await page.goto('?lang=en')
  await page.getByTestId('composer').waitFor()
  await storeChats(page)
  const devtools = await context.newCDPSession(page)
  await devtools.send('Performance.enable')
  const countObjects = await objectCounter(devtools, 'cpu-worker')
  await page.reload()
  /** @type {(Look & { turn: number })[]} */
  const looks = []
  /** @type {Page[]} */
  let others = []
  for (let turn = 1; turn <= TURNS; turn += 1) {
    await ask(page, `${String(turn)} + ${String(turn % 7)}`)
    // In the middle four other tabs ask as well.
    if (turn === Math.round(TURNS * 0.4)) others = await Promise.all([1, 2, 3, 4].map(() => context.newPage()))
    if (others.length > 0 && turn % EVERY === 0)
      for (const other of others) {
        await other.goto('?lang=en')
        await ask(other, '3 + 4')
      }
    if (turn === Math.round(TURNS * 0.6)) {
      await Promise.all(others.map((other) => other.close()))
      others = []
    }
    if (turn % EVERY !== 0) continue
    await page.getByTestId('new-chat').click()
    looks.push({ turn, ...(await look(page, devtools, countObjects)) })
  }
  await browser.close()
  const settled = looks.filter(({ turn }) => turn > TURNS * SETTLING)
  let isFlat = true
  for (const [name, { most, unit }] of Object.entries(LIMITS)) {
    const points = settled.flatMap((each) =>
      each[name] === undefined ? [] : [/** @type {const} */ ([each.turn, each[name]])],
    )
    if (points.length < 3) continue
    const { slope, half } = slopeOf(points)
    const leaks = slope - half > most
    isFlat &&= !leaks
    const values = `${String(round(points[0]?.[1] ?? NaN))} to ${String(round(points.at(-1)?.[1] ?? NaN))}`
    console.log(
      `${engine.padEnd(10)}${name.padEnd(15)}${String(round(slope))} ± ${String(round(half))} ${unit} a turn (${values}; at most ${String(most)}) ${leaks ? 'LEAKS' : 'flat'}`,
    )
  }
  return isFlat
}

const found = await findBrowser()
if (!found) throw new Error(HOW_TO_GET_A_BROWSER)
const { url, close } = await serve(0)
let isFlat = true
for (const engine of /** @type {const} */ (['processor', 'webgpu']))
  if ((argv[3] ?? engine) === engine) isFlat = (await soak(engine, url, found)) && isFlat
await close()
exit(isFlat ? 0 : 1)
