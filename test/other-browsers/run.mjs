/**
 * `npm test -- other-browsers`: the built site in an installed Firefox and in WebKit, on the processor: an answer, a reload, a
 * second tab on the same engine, the end of the first, and a start without a network.
 */
import assert from 'node:assert/strict'
import { env } from 'node:process'
import { serve } from '../../scripts/serve.mjs'
import { findFirefox, findWebKit } from './find.mjs'
import { startFirefox } from './firefox.mjs'
import { startWebKit } from './webkit.mjs'

/** @typedef {import('./tab.mjs').StartedBrowser} StartedBrowser */
/** @typedef {import('./tab.mjs').Tab} Tab */

const PATIENCE_MS = 120_000
const REPLIES = '[...document.querySelectorAll("[data-testid=message][data-role=assistant]")]'

/** Waits until an expression is true in a tab. @param {Tab} tab @param {string} expression */
async function until(tab, expression) {
  const end = Date.now() + PATIENCE_MS
  // A page that is being left answers with an error.
  while ((await tab.evaluate(expression).catch(() => false)) !== true) {
    if (Date.now() > end) throw new Error(`never true: ${expression}`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

const isOpen = 'document.querySelector("[data-testid=composer]") !== null'

/** @param {Tab} tab @param {string} question @returns {Promise<unknown>} the state of the reply, and its answer or what the page says */
async function ask(tab, question) {
  const before = Number(await tab.evaluate(`${REPLIES}.length`))
  await tab.send('[data-testid=composer]', question)
  const reply = `${REPLIES}[${String(before)}]`
  await until(tab, `/done|stopped|error/.test(${reply}?.dataset.state ?? "")`)
  return tab.evaluate(
    `${reply}.dataset.state + ": " + [...${reply}.querySelectorAll("[data-part=answer], [data-testid=notice]")].map((one) => one.textContent.trim()).join("")`,
  )
}

/** @param {string} name @param {StartedBrowser} browser */
async function tryIn(name, browser) {
  const site = await serve(0)
  const address = `${site.url}?lang=en`
  let passed = 0
  /** @param {string} what @param {() => Promise<void>} test */
  const test = async (what, test) => {
    await test()
    passed += 1
    console.log(`${name} ${what}`)
  }
  try {
    const first = await browser.open(address)
    await until(first, isOpen)
    await test('answers', async () => {
      assert.equal(await ask(first, '20 + 22'), 'done: 20 + 22 = 42')
      assert.equal(await first.evaluate('document.querySelector("[data-testid=model]").dataset.engine'), 'processor')
    })
    await test('keeps the chat over a reload', async () => {
      await first.reload()
      await until(first, `${REPLIES}[0]?.dataset.state === "done"`)
      assert.equal(await ask(first, '30 + 12'), 'done: 30 + 12 = 42')
    })
    const second = await browser.open(address)
    await until(second, isOpen)
    await test('answers in a second tab, which goes on when the first is closed', async () => {
      assert.equal(await ask(second, '40 + 12'), 'done: 40 + 12 = 52')
      await first.close()
      assert.equal(await ask(second, '50 + 12'), 'done: 50 + 12 = 62')
    })
    await test(browser.isPrivate ? 'starts without a network' : 'starts and answers without a network', async () => {
      await until(second, 'navigator.serviceWorker.controller?.state === "activated"')
      await site.close()
      await second.reload()
      await until(second, isOpen)
      await until(second, `${REPLIES}.length === 2`)
      if (!browser.isPrivate) assert.equal(await ask(second, '60 + 12'), 'done: 60 + 12 = 72')
    })
    console.log(`${name}: ${String(passed)} passed`)
  } finally {
    await browser.close()
  }
}

const [firefox, webKit] = [findFirefox(env), findWebKit(env)]
if (firefox) await tryIn('Firefox', await startFirefox(firefox))
if (webKit) await tryIn('WebKit', await startWebKit(webKit))
