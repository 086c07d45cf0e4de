/**
 * `npm run bench [-- PART ...]`: measures the built site and its rooms in one Chromium, as ratios within this run, and
 * prints a table. With all parts it writes bench-results.json. Other work on the machine makes the figures worse and
 * noisier, never better.
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
import { decodeRates, engines, longDecode, prefill, warmLoad } from './engine-parts.mjs'
import { gigabyte, kills } from './gigabyte-parts.mjs'
import { longHistory } from './history-parts.mjs'
import { lab } from './lab-parts.mjs'
import { writeLongNano } from './long-nano.mjs'
import { ON_WEBGPU } from '../fixtures/on-webgpu.mjs'
import { round } from './measuring.mjs'
import { overhead, writeOverheadModel } from './overhead-parts.mjs'
import { ownModel } from './own-model-parts.mjs'
import { searching } from './search-parts.mjs'
import { fetchSmollm, smollm } from './smollm-parts.mjs'
import { manyTabs } from './tab-parts.mjs'
import { steering } from './steering-parts.mjs'
import { longBlocks, longChat, longReply, longTasks, openings } from './page-parts.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const NANO = join(ROOT, 'public/models/nano')

/** @typedef {import('./measuring.mjs').Page} Page */
/** @typedef {import('./measuring.mjs').Result} Result */

/** The page of this folder, with the built-in model, and one with a longer context, where a bare MLCEngine looks for it. @param {string} folder */
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
  await cp(NANO, join(folder, 'model/resolve/main'), { recursive: true })
  await writeLongNano(NANO, join(folder, 'long/resolve/main'))
}

/** @typedef {NonNullable<Awaited<ReturnType<typeof findBrowser>>>} Found */
/** @typedef {{ bench: Page, app: Page, browser: import('playwright').Browser, found: Found, url: string, overheadModel: boolean }} Places */

/**
 * The measurements, each with the page that must be in front: browsers draw no other.
 * @type {Record<string, { front: 'bench' | 'app', measure: (places: Places) => Promise<Result[]> }>}
 */
const PARTS = {
  'warm-load': { front: 'bench', measure: ({ bench }) => warmLoad(bench) },
  gigabyte: { front: 'bench', measure: ({ found, bench }) => gigabyte(found, bench.url(), NANO) },
  kills: { front: 'bench', measure: ({ found, bench }) => kills(found, bench.url(), NANO) },
  'long-reply': { front: 'bench', measure: ({ bench }) => longReply(bench) },
  'long-blocks': { front: 'bench', measure: ({ bench }) => longBlocks(bench) },
  'long-chat': { front: 'bench', measure: ({ bench }) => longChat(bench) },
  'long-tasks': { front: 'bench', measure: ({ bench }) => longTasks(bench) },
  search: { front: 'app', measure: ({ browser, url }) => searching(browser, url) },
  'long-history': { front: 'app', measure: ({ browser, url }) => longHistory(browser, url) },
  lab: { front: 'app', measure: ({ found, url }) => lab(found, url) },
  opening: { front: 'app', measure: ({ browser, url }) => openings(browser, url) },
  decode: { front: 'app', measure: ({ app, bench }) => decodeRates(app, bench) },
  engines: { front: 'app', measure: ({ app, browser, url }) => engines(app, browser, url) },
  smollm: { front: 'bench', measure: ({ bench }) => smollm(bench) },
  'own-model': {
    front: 'app',
    measure: ({ browser, url, bench }) => ownModel(browser, url, new URL('smollm/model.gguf', bench.url()).href),
  },
  'many-tabs': {
    front: 'bench',
    measure: ({ found, url, bench }) => manyTabs(found, url, new URL('smollm/model.gguf', bench.url()).href),
  },
  steering: { front: 'bench', measure: ({ bench }) => steering(bench) },
  overhead: {
    front: 'bench',
    measure: ({ browser, bench, overheadModel }) => overhead(browser, bench, overheadModel),
  },
  'long-decode': { front: 'bench', measure: ({ bench }) => longDecode(bench) },
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
  if ([PARTS.smollm, PARTS['own-model'], PARTS['many-tabs']].some((part) => part && parts.includes(part)))
    await fetchSmollm(join(folder, 'smollm'))
  const overheadModel =
    PARTS.overhead !== undefined && parts.includes(PARTS.overhead) && writeOverheadModel(join(folder, 'overhead'))
  // isolated, because otherwise the browser's clock has steps of 0.1 ms, half of the measured time
  const [site, benchSite] = [await serve(0), await serve(0, { folder, headers: () => ISOLATION_HEADERS })]
  const browser = await chromium.launch({ executablePath: found.executablePath, args: found.args, env: found.env })
  try {
    const context = await browser.newContext({ serviceWorkers: 'block' })
    // The app would choose the processor, which is faster than a WebGPU that the processor plays.
    await context.addInitScript(({ name, value }) => localStorage.setItem(name, value), ON_WEBGPU)
    const [bench, app] = [await context.newPage(), await context.newPage()]
    await app.goto(site.url)
    await bench.goto(benchSite.url)
    await bench.waitForFunction(() => 'bench' in globalThis)
    /** @type {Result[]} */
    const results = []
    for (const { front, measure } of parts) {
      await { bench, app }[front].bringToFront()
      results.push(...(await measure({ bench, app, browser, found, url: site.url, overheadModel })))
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
