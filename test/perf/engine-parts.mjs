/** The speed of the engines inside the page, and the tokens that they read and prefill. */
import { call, median, round, ROUNDS } from './measuring.mjs'

/** @typedef {import('./measuring.mjs').Page} Page */
/** @typedef {import('./measuring.mjs').Result} Result */

/**
 * Tokens a second of one answer through the whole app, from its first word on screen to its last.
 * @param {Page} page @param {string} question
 */
async function appRate(page, question) {
  await page.getByTestId('new-chat').click()
  await page.waitForFunction(() => !document.querySelector('[data-role=assistant]'))
  await page.evaluate(() => {
    const times = { first: 0, last: 0, done: false }
    Object.assign(window, { times })
    let shown = 0
    // Told of changes instead of asking in every frame, because asking would itself make the browser draw frames.
    const observer = new MutationObserver(() => {
      const replies = document.querySelectorAll('[data-testid=message][data-role=assistant]')
      const reply = /** @type {HTMLElement | undefined} */ (replies[replies.length - 1])
      const parts = reply?.querySelectorAll('[data-part=thought-text], [data-part=answer]') ?? []
      const length = [...parts].reduce((sum, part) => sum + part.textContent.length, 0)
      if (length > shown) times.last = performance.now()
      if (length > 0 && shown === 0) times.first = times.last
      shown = length
      times.done = shown > 0 && reply?.dataset['state'] === 'done'
      if (times.done) observer.disconnect()
    })
    observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
  })
  await page.getByTestId('composer').fill(question)
  await page.getByTestId('composer').press('Enter')
  await page.waitForFunction(() => /** @type {any} */ (window).times.done, undefined, { timeout: 120_000 })
  const { first, last } = await page.evaluate(() => /** @type {any} */ (window).times)
  const tokens = Number.parseInt((await page.getByTestId('stats').last().textContent()) ?? '', 10)
  return ((tokens - 1) * 1000) / (last - first)
}

/**
 * Measures with a main thread that is busy 50 of every 100 ms.
 * @param {Page} page @param {() => Promise<number>} measure
 */
async function whileBusy(page, measure) {
  await page.evaluate(() => {
    const timer = setInterval(() => {
      const start = performance.now()
      while (performance.now() - start < 50);
    }, 100)
    Object.assign(window, { timer })
  })
  const measured = await measure()
  await page.evaluate(() => clearInterval(/** @type {any} */ (window).timer))
  return measured
}

/**
 * In turns, so that other work of the machine affects all alike. If the processor plays the GPU, painting and other
 * work of the page take time from the kernels. So the app is measured out of sight too, and the bare engine beside a
 * busy page.
 * @param {Page} app @param {Page} bench @returns {Promise<Result[]>}
 */
export async function decodeRates(app, bench) {
  const turns = []
  for (let index = 0; index <= 2 * ROUNDS; index += 1) {
    const question = `What is ${String(48_213 + index)} + ${String(39_975 + index)}?`
    const prompt = `<｜begin▁of▁sentence｜><｜User｜>${question}<｜Assistant｜><think>\n`
    const bare = await call(bench, 'bareRate', prompt)
    const free = await appRate(app, question)
    await bench.bringToFront()
    const unseen = await engineRate(app, question)
    await app.bringToFront()
    const bareBusy = await whileBusy(app, () => call(bench, 'bareRate', prompt))
    const busy = await whileBusy(app, () => appRate(app, question))
    turns.push({ bare, free, unseen, bareBusy, busy })
  }
  const warm = turns.slice(1) // in the first both engines compile their shaders
  /** @typedef {keyof (typeof warm)[number]} Rate */
  const result = (/** @type {string} */ name, /** @type {Rate} */ rate, /** @type {Rate} */ beside) => ({
    name,
    value: median(warm.map((turn) => turn[rate] / turn[beside])),
    goal: '>= 0.95',
    detail: `${String(round(median(warm.map((turn) => turn[rate]))))} tok/s / ${String(round(median(warm.map((turn) => turn[beside]))))} tok/s`,
  })
  return [
    result('decode, app from its first word on screen to its last / bare MLCEngine', 'free', 'bare'),
    result('decode, app out of sight, so that nothing is painted / bare MLCEngine', 'unseen', 'bare'),
    result('decode with a main thread busy half the time, app / bare', 'busy', 'bare'),
    result('decode with a main thread busy half the time, app / bare beside one', 'busy', 'bareBusy'),
  ]
}

/**
 * Tokens a second of one answer as the page shows them: the engine's rate, whether or not the page is in front.
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
 * ms a token at 4,000 tokens / at 200, beside the same of a bare MLCEngine.
 * @param {Page} bench @returns {Promise<Result[]>}
 */
export async function longDecode(bench) {
  const { app, bare } = await call(bench, 'longDecode')
  const growth = (/** @type {{ early: number, late: number }} */ { early, late }) => late / early
  const told = (/** @type {{ early: number, late: number }} */ { early, late }) =>
    `${String(round(late))} / ${String(round(early))} ms`
  return [
    {
      name: 'ms a token, the 4,000th / the 200th, of the app / of a bare MLCEngine',
      value: growth(app) / growth(bare),
      goal: '<= 1',
      detail: `${told(app)}, ${told(bare)}`,
    },
  ]
}

/**
 * The two engines in turns, on a machine whose WebGPU is a CPU too.
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
