/**
 * `npm test -- firefox`: the built site in an installed Firefox (FIREFOX_PATH, or where Linux puts it) on the processor: an
 * answer, a second tab on the same engine, the end of the first, a reload, and a start without a network.
 */
import assert from 'node:assert/strict'
import { env } from 'node:process'
import puppeteer from 'puppeteer-core'
import { serve } from '../../scripts/serve.mjs'
import { findFirefox } from './find.mjs'

const PATIENCE = { timeout: 120_000 }

/** @typedef {import('puppeteer-core').Page} Page */

const executablePath = findFirefox(env)
if (!executablePath) throw new Error('There is no Firefox.')
const site = await serve(0)
const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true })
let passed = 0
/** @type {string[]} */
const errors = []

/** @param {string} name @param {() => Promise<void>} test */
async function test(name, test) {
  await test()
  passed += 1
  console.log(`passed: ${name}`)
}

/** @returns {Promise<Page>} */
async function open() {
  const page = await browser.newPage()
  page.on('pageerror', (error) => errors.push(String(error)))
  await page.goto(`${site.url}?lang=en`)
  await page.waitForSelector('[data-testid=composer]', PATIENCE)
  return page
}

/** @param {Page} page @param {string} question @returns {Promise<string>} the state of the reply, and its answer */
async function ask(page, question) {
  await page.bringToFront()
  const replies = '[data-testid=message][data-role=assistant]'
  const before = (await page.$$(replies)).length
  await page.type('[data-testid=composer]', question)
  await page.keyboard.press('Enter')
  await page.waitForFunction(
    (selector, count) => {
      const reply = [...document.querySelectorAll(selector)][count]
      return /done|stopped|error/.test(reply?.getAttribute('data-state') ?? '')
    },
    PATIENCE,
    replies,
    before,
  )
  return page.evaluate(
    (selector, count) => {
      const reply = [...document.querySelectorAll(selector)][count]
      const answer = reply?.querySelector('[data-part=answer]')?.textContent ?? ''
      return `${reply?.getAttribute('data-state') ?? ''}: ${answer.trim()}`
    },
    replies,
    before,
  )
}

try {
  const first = await open()
  await test('answers', async () => {
    assert.equal(await ask(first, '20 + 22'), 'done: 20 + 22 = 42')
    assert.equal(await first.$eval('[data-testid=model]', (one) => one.getAttribute('data-engine')), 'processor')
  })
  await test('keeps the chat over a reload', async () => {
    await first.reload()
    await first.waitForSelector('[data-testid=message][data-role=assistant][data-state=done]', PATIENCE)
    assert.equal(await ask(first, '30 + 12'), 'done: 30 + 12 = 42')
  })
  const second = await open()
  await test('answers in a second tab, which goes on when the first is closed', async () => {
    assert.equal(await ask(second, '40 + 12'), 'done: 40 + 12 = 52')
    await first.close({ runBeforeUnload: true })
    assert.equal(await ask(second, '50 + 12'), 'done: 50 + 12 = 62')
  })
  await test('starts and answers without a network', async () => {
    await second.waitForFunction(
      async () => (await navigator.serviceWorker.getRegistration())?.active?.state === 'activated',
      PATIENCE,
    )
    await site.close()
    await second.reload()
    await second.waitForSelector('[data-testid=composer]', PATIENCE)
    assert.equal(await ask(second, '60 + 12'), 'done: 60 + 12 = 72')
  })
  assert.deepEqual(errors, [])
  console.log(`${String(passed)} passed`)
} finally {
  await browser.close()
}
