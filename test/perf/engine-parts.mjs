/** How fast the engines are inside the page, and what they read and prefill. */
import { call, median, round, ROUNDS } from './measuring.mjs'

/** @typedef {import('./measuring.mjs').Page} Page */
/** @typedef {import('./measuring.mjs').Result} Result */

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
      if (!times.first && reply?.querySelector('[data-part=thought-text]')) times.first = performance.now()
      if (times.first && reply?.dataset['state'] === 'done') times.done = performance.now()
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
export async function decodeRates(app, bench) {
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
 * Tokens a second of one answer as the page itself tells them: those of the engine, whether or not the page is in front.
 * @param {Page} page @param {string} question
 */
async function engineRate(page, question) {
  await page.getByTestId('new-chat').click()
  await page.getByTestId('composer').fill(question)
  await page.getByTestId('composer').press('Enter')
  const text = await page.getByTestId('stats').textContent({ timeout: 120_000 })
  return Number(/([\d.]+) tokens\/s/.exec(text ?? '')?.[1])
}

/**
 * The two engines by turns, on a machine whose WebGPU is a CPU too.
 * @param {Page} app @param {import('playwright').Browser} browser @param {string} url @returns {Promise<Result[]>}
 */
export async function engines(app, browser, url) {
  const context = await browser.newContext({ serviceWorkers: 'block' })
  await context.addInitScript(() => Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined }))
  const page = await context.newPage()
  await page.goto(url)
  const pairs = []
  for (let index = 0; index <= ROUNDS; index += 1) {
    const question = `What is ${String(48_213 + index)} + ${String(39_975 + index)}?`
    pairs.push({ processor: await engineRate(page, question), gpu: await engineRate(app, question) })
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
export async function prefill(app) {
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

/** @param {Page} bench @returns {Promise<Result[]>} */
export async function warmLoad(bench) {
  const { read, model } = await call(
    bench,
    'warmLoad',
    new URL('model/resolve/main/', bench.url()).href,
    'warm-weights',
  )
  return [
    {
      name: 'warm load: bytes read / model bytes',
      value: read / model,
      goal: '<= 1',
      detail: `${String(read)} / ${String(model)}`,
    },
  ]
}
