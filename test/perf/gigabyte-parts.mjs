/** A gigabyte of weights: fetched, killed on the way, loaded. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from 'playwright'
import { openBigHub } from './big-model.mjs'
import { call, median, round } from './measuring.mjs'

const ROUNDS = 3
const KILLS = 20
/** As src/weights has them. */
const PIECE_BYTES = 16 * 2 ** 20
const CONNECTIONS = 4

/** @typedef {import('./measuring.mjs').Page} Page */
/** @typedef {import('./measuring.mjs').Result} Result */
/** @typedef {NonNullable<Awaited<ReturnType<typeof import('../../scripts/browser.mjs').findBrowser>>>} Browser */
/** @typedef {(hub: import('./big-model.mjs').BigHub, open: () => Promise<Page>) => Promise<Result[]>} Measurement */

/**
 * A browser with a profile on disk (other profiles keep stored data in memory, and little of it), and a hub with the
 * model.
 * @param {Browser} browser @param {string} url of the bench page @param {string} nano folder of the built-in model
 * @param {Measurement} measure
 */
async function inProfile({ executablePath, args, env }, url, nano, measure) {
  const folder = await mkdtemp(join(tmpdir(), 'thinktab-profile-'))
  const context = await chromium.launchPersistentContext(folder, { executablePath, args, env, serviceWorkers: 'block' })
  const hub = await openBigHub(nano)
  const open = async () => {
    const page = await context.newPage()
    await page.goto(url)
    await page.waitForFunction(() => 'bench' in globalThis)
    return page
  }
  try {
    return await measure(hub, open)
  } finally {
    await Promise.all([context.close(), hub.close()])
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * A gigabyte: fetched and verified compared with fetched and forgotten, the memory for it, and loaded compared with
 * WebLLM's own cache.
 * @param {Browser} browser @param {string} url of the bench page @param {string} nano folder of the built-in model
 */
export const gigabyte = (browser, url, nano) =>
  inProfile(browser, url, nano, async (hub, open) => {
    const page = await open()
    const devtools = await page.context().newCDPSession(page)
    const heap = async () => {
      const { usedSize, backingStorageSize } = await devtools.send('Runtime.getHeapUsage')
      return usedSize + backingStorageSize
    }
    const pairs = []
    let peak = 0
    for (let index = 0; index < ROUNDS; index += 1) {
      const plain = await call(page, 'plainFetch', hub.url)
      await devtools.send('HeapProfiler.collectGarbage')
      const before = await heap()
      const timer = setInterval(() => {
        void heap().then((bytes) => (peak = Math.max(peak, bytes - before)))
      }, 20)
      const { ms: stored } = await call(page, 'download', hub.url, `big-${String(index)}`).finally(() => {
        clearInterval(timer)
      })
      pairs.push({ plain, stored })
      // the last one stays, to be loaded
      if (index + 1 < ROUNDS) await page.evaluate((name) => void indexedDB.deleteDatabase(name), `big-${String(index)}`)
    }
    await call(page, 'bareLoad', hub.url)
    const loads = []
    for (let index = 0; index < ROUNDS; index += 1)
      loads.push({
        warm: await call(page, 'warmLoad', hub.url, `big-${String(ROUNDS - 1)}`),
        bare: await call(page, 'bareLoad', hub.url),
      })
    const seconds = (/** @type {number} */ value) => `${String(round(value / 1000))} s`
    return [
      {
        name: '1 GB: fetched, verified and stored / plain fetch',
        value: median(pairs.map(({ plain, stored }) => stored / plain)),
        goal: '<= 1.5',
        detail: pairs.map(({ plain, stored }) => `${seconds(stored)} / ${seconds(plain)}`).join(', '),
      },
      {
        name: '1 GB: most memory of scripts while it is fetched / a piece',
        value: peak / PIECE_BYTES,
        goal: '<= 3',
        detail: `${String(round(peak / 1e6))} MB`,
      },
      {
        name: '1 GB, warm load: bytes read / model bytes',
        value: Math.max(...loads.map(({ warm }) => warm.read / warm.model)),
        goal: '<= 1',
        detail: loads.map(({ warm }) => `${String(warm.read)} / ${String(warm.model)}`)[0] ?? '',
      },
      {
        name: "1 GB, warm load / WebLLM's from IndexedDB",
        value: median(loads.map(({ warm, bare }) => warm.ms / bare)),
        goal: '<= 0.6',
        detail: loads.map(({ warm, bare }) => `${seconds(warm.ms)} / ${seconds(bare)}`).join(', '),
      },
    ]
  })

/**
 * A download of a gigabyte whose page is killed at random moments.
 * @param {Browser} browser @param {string} url of the bench page @param {string} nano folder of the built-in model
 */
export const kills = (browser, url, nano) =>
  inProfile(browser, url, nano, async (hub, open) => {
    hub.bytesPerSecond = 10 * 2 ** 20 // a connection: fast enough, and slow enough to be interrupted in the middle every time
    for (let index = 0; index < KILLS; index += 1) {
      const page = await open()
      call(page, 'download', hub.url, 'killed').catch(() => undefined)
      await sleep(200 + Math.random() * 1500)
      const devtools = await page.context().newCDPSession(page)
      const crashed = page.waitForEvent('crash')
      devtools.send('Page.crash').catch(() => undefined)
      await crashed
      await page.close()
    }
    hub.bytesPerSecond = Infinity
    const { bytes } = await call(await open(), 'download', hub.url, 'killed')
    return [
      {
        name: `1 GB, page killed ${String(KILLS)} times: bytes sent / model bytes`,
        value: hub.served() / bytes,
        goal: `<= ${String(round(1.05 + (CONNECTIONS * PIECE_BYTES) / bytes))}`,
        detail: `${String(hub.served())} / ${String(bytes)}`,
      },
    ]
  })
