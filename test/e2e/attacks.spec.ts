import { readFile } from 'node:fs/promises'
import { expect, test, type Browser, type Page } from '@playwright/test'
import { ATTACKS } from '../fixtures/attacks'
import { ChatPage } from '../fixtures/chat-page'
import { isForeign, watchMarkup } from '../fixtures/foreign-markup'
import { Hub, REPOSITORY } from '../fixtures/hub'
import { allowPlaces } from '../fixtures/places'
import { put, store } from '../fixtures/stored'

/** Every attack as one text, for places that are drawn once. */
const ALL = ATTACKS.join('\n')
const LINE = ALL.replaceAll(/\s+/g, ' ')
/** Some of the attacks, for places that cost a while each. */
const SOME = ATTACKS.filter((_, index) => index % 7 === 0)

/** Attacks that a search finds at once. */
const GROUP = 48
/** The word by which it finds them. */
const groupOf = (index: number) => `group${String(Math.floor(index / GROUP))}x`

interface Watch {
  /** Fails if an attack ran, made an element or asked for anything since the page was opened. */
  clean: (place: string) => Promise<void>
}

async function watch(page: Page): Promise<Watch> {
  const foreign = await watchMarkup(page)
  const out: string[] = []
  page.on('request', (request) => {
    const { protocol, host, hostname, pathname } = new URL(request.url())
    const isSite = host === new URL(process.env.THINKTAB_URL ?? '').host
    // beside the site there are only the hubs of this file
    const isAsked = hostname === '127.0.0.1' && !(isSite && /evil|fired/.test(pathname))
    if (!isAsked && protocol !== 'blob:') out.push(request.url())
  })
  page.on('dialog', (dialog) => {
    out.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('popup', (popup) => out.push(`popup ${popup.url()}`))
  page.on('pageerror', (error) => out.push(`error ${error.message}`))
  return {
    clean: async (place) => {
      await expect(page.getByTestId('last-resort'), place).toHaveCount(0)
      expect({ foreign: await foreign(), out }, place).toEqual({ foreign: [], out: [] })
    },
  }
}

/** Shows an address of the site without loading the page again. */
const show = (page: Page, hash: string) =>
  page.evaluate((address) => {
    location.hash = address
  }, hash)

/**
 * Opens a saved page with its policy, and without: its text alone must make no element.
 *
 * @returns how many elements it has
 */
async function openSaved(browser: Browser, html: string, file: string): Promise<number> {
  const context = await browser.newContext()
  const page = await context.newPage()
  const out: string[] = []
  page.on('request', (request) => out.push(request.url()))
  let elements = 0
  await page.route('https://saved.example/**', (route) => {
    const isBare = route.request().url().endsWith('?bare')
    const body = isBare ? html.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '') : html
    return route.fulfill({ contentType: 'text/html', body })
  })
  const addresses = ['', '?bare'].map((query) => `https://saved.example/${file}${query}`)
  for (const address of addresses) {
    await page.goto(address)
    const found = await page.evaluate<{ fired: boolean; foreign: string[]; all: number }>(`(() => {
      const all = [...document.body.querySelectorAll('*')]
      for (const one of all) {
        if (one.localName === 'details') one.open = true
        for (const type of ['pointerenter', 'mouseover', 'click', 'focus', 'toggle', 'load', 'error'])
          if (type !== 'click' || !one.closest('a')) one.dispatchEvent(new Event(type, { bubbles: true }))
      }
      const foreign = all.filter(${isForeign.toString()}).map((one) => one.outerHTML.slice(0, 200))
      return { fired: 'fired' in window, foreign, all: all.length }
    })()`)
    elements = found.all
    expect({ ...found, all: 0 }, address).toEqual({ fired: false, foreign: [], all: 0 })
  }
  await page.waitForTimeout(200)
  expect(out).toEqual(addresses)
  await context.close()
  return elements
}

const putPrompts = (page: Page, prompts: readonly { name: string; text: string }[]) =>
  page.evaluate((all) => {
    all.forEach((value, index) =>
      localStorage.setItem(`thinktab-prompt-${String(index)}`, JSON.stringify({ version: 1, value })),
    )
  }, prompts)

/** Presses a button that saves a file. */
async function saved(page: Page, button: string): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator(button).click()])
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') }
}

/** Hundreds of things are drawn, several times: on a busy machine that takes minutes. */
test.describe.configure({ timeout: 300_000 })

test('chats: titles, search, saved files, paper and addresses', async ({ page, browser }) => {
  const { clean } = await watch(page)
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  await store(page, [
    ...ATTACKS.map((text, index) => ({
      id: `attack-${String(index)}`,
      title: text,
      turns: [[`${groupOf(index)} ${text}`, `${text}\n</think>\n\n${text}`]] as const,
    })),
    { id: 'all', title: ALL, turns: [[ALL, `${ALL}\n</think>\n\n${ALL}`]] },
  ])
  await page.goto('/#/c/all')
  await page.reload()
  await expect(chat.replies).toHaveCount(1)
  await expect(page).toHaveTitle(/window\.fired/)

  // every title of the list comes into view, with the label of its menu
  const seen = await page
    .getByTestId('chat-item')
    .first()
    .evaluate(async (first, all) => {
      let scroller: Element | null = first
      while (scroller && scroller.scrollHeight <= scroller.clientHeight + 1) scroller = scroller.parentElement
      const titles = new Set<string>()
      // A busy machine may draw a part of the list after it was left.
      for (let times = 0; scroller && titles.size < all && times < 10; times += 1)
        for (let top = 0; top < scroller.scrollHeight; top += scroller.clientHeight / 2) {
          scroller.scrollTop = top
          await new Promise((resolve) => setTimeout(resolve, 30))
          for (const link of scroller.querySelectorAll('[data-testid=chat-item] a'))
            titles.add(link.getAttribute('href') ?? '')
        }
      scroller?.scrollTo(0, 0)
      return titles.size
    }, ATTACKS.length + 1)
  expect(seen).toBe(ATTACKS.length + 1)
  await page.locator('[data-testid=chat-item] a[href="#/c/all"]').hover()
  await clean('the list of chats')

  await page.emulateMedia({ media: 'print' })
  expect((await page.pdf()).length).toBeGreaterThan(10_000)
  await page.emulateMedia({ media: 'screen' })
  await clean('paper')

  await show(page, '#/search')
  for (let from = 0; from < ATTACKS.length; from += GROUP) {
    await page.getByTestId('search').fill(groupOf(from))
    await expect(page.locator('[data-testid=search-hit] mark').first()).toHaveText(groupOf(from))
    await expect(page.getByTestId('search-hit')).toHaveCount(Math.min(GROUP, ATTACKS.length - from))
  }
  await clean('what a search finds')

  await show(page, '#/history')
  for (const format of ['html', 'markdown', 'sharegpt', 'json']) {
    await page.locator('[data-part=export-format]').selectOption(format)
    const { text } = await saved(page, '[data-testid=export-chats]')
    expect(text).toContain('evil.example')
    if (format === 'html') expect(await openSaved(browser, text, 'chats.html')).toBeGreaterThan(ATTACKS.length * 8)
    if (format === 'json') {
      await page
        .getByTestId('import-chats')
        .setInputFiles(
          ATTACKS.map((name, index) => ({ name, mimeType: '', buffer: Buffer.from(index === 0 ? text : '{') })),
        )
      await expect(page.getByTestId('import')).toHaveAttribute('data-known', String(ATTACKS.length + 1))
      await expect(page.getByTestId('import')).toHaveAttribute('data-problems', String(ATTACKS.length - 1))
    }
  }
  await clean('files of chats')

  // addresses: every attack in each part that the page reads
  const part = 40
  for (let from = 0; from < ATTACKS.length; from += part) {
    const text = ATTACKS.slice(from, from + part).join(' ')
    for (const way of ['#/', '#/c/', '#/c/all/', '#/shared/', '#/settings/', '#/lab/', '#'])
      await show(page, way + (from % (2 * part) === 0 ? text : encodeURIComponent(text)))
  }
  await clean('addresses')
  // the host is not asked for the question, because it would refuse so long a one
  await page.route(/\?q=/, async (route) => route.fulfill({ response: await route.fetch({ url: '/' }) }))
  await page.goto(`/?q=${encodeURIComponent(ALL)}&lang=${encodeURIComponent(LINE)}#/c/${encodeURIComponent(LINE)}`)
  await expect(chat.composer).toHaveValue(/fired/)
  await clean('a question in the address')
})

test('files and lists from elsewhere: models, hubs, the lab, requests, presets, prompts', async ({ page, browser }) => {
  const { clean } = await watch(page)
  const names = SOME.map((text, index) => `x${String(index)}${text.replaceAll(/[\s/\\?#]+|%/g, ' ')}.gguf`)
  const hub = await Hub.open(Object.fromEntries(names.map((name) => [name, Buffer.from('<!doctype html>')])))
  await allowPlaces(page)
  await page.goto('/?lang=en#/models')
  await page.getByTestId('own-hub').fill(hub.origin)
  await page.getByTestId('own-hub').press('Enter')
  await page.locator(`[data-hub="${hub.origin}"]`).check()
  await page.getByTestId('add-model').fill(REPOSITORY)
  await page.getByTestId('add-model-send').click()
  const file = page.getByTestId('hub-file')
  await expect(file.nth(50)).toBeVisible()
  await file.first().locator('[data-part=take]').click()
  const problem = page.getByTestId('add-model-problem')
  await expect(problem).toContainText((await file.first().getAttribute('data-path')) ?? '?')
  for (const name of [`${LINE}.gguf`, `${LINE}.zip`, LINE]) {
    await page.getByTestId('import-model').setInputFiles({ name, mimeType: '', buffer: Buffer.from('PK') })
    await expect(problem).toContainText('onerror')
  }
  for (const text of SOME) {
    await page.getByTestId('add-model').fill(text)
    await page.getByTestId('add-model-send').click()
  }
  await clean('names of files of models')
  await hub.close()

  const nano = JSON.parse(await readFile('public/models/nano/manifest.json', 'utf8')) as object
  const models = SOME.map((text, index) => {
    const id = `attack-${String(index)}`
    const source = { revision: text, repository: text }
    return [id, { manifest: { ...nano, id, name: text.slice(0, 100), licence: text, source }, addedAt: index }] as const
  })
  await put(page, 'thinktab-models', 'models', models)
  const at = (index: number) => Date.now() - index
  await put(
    page,
    'thinktab-ledger',
    'lines',
    ATTACKS.map((text, index) => [
      [at(index), index],
      {
        at: at(index),
        address: [
          text,
          `https://evil.example/${text}?${text}`,
          `https://${text.replaceAll(/\W/g, '')}.example/#${text}`,
        ][index % 3],
        purpose: index % 5 === 0 ? text : 'unknown',
        bytesOut: index % 7 === 0 ? text : 9,
        status: index % 11 === 0 ? text : 404,
      },
    ]),
  )
  await putPrompts(
    page,
    SOME.map((text) => ({ name: text.slice(0, 100), text: `${text} {{${text}}}` })),
  )
  await page.reload()
  await expect(page.locator('[data-model-id^=attack-]')).toHaveCount(models.length)
  await clean('names of models')

  await show(page, '#/ledger')
  await expect(page.getByTestId('ledger-row').nth(100)).toBeAttached()
  await clean('the list of requests')
  const { text: requests } = await saved(page, '[data-testid=ledger-export]')
  expect(requests).toContain('evil.example')
  expect(requests.split('\r\n').filter((line) => /(?:^|,)"?[=+@-]/.test(line))).toEqual([])

  await show(page, '#/settings/chat')
  await page.getByTestId('presets-load').setInputFiles({
    name: LINE,
    mimeType: '',
    buffer: Buffer.from(
      JSON.stringify({
        format: 'thinktab-presets',
        version: 1,
        presets: SOME.map((text) => ({ name: text.slice(0, 100), settings: { instructions: text } })),
      }),
    ),
  })
  await expect(page.getByTestId('preset-item')).toHaveCount(SOME.length)
  await show(page, '#/settings/prompts')
  await expect(page.getByTestId('own-prompt')).toHaveCount(SOME.length)
  await clean('presets and prompts')

  await show(page, '#/lab')
  await page.getByTestId('lab-own-file').setInputFiles({
    name: `${LINE}.jsonl`,
    mimeType: '',
    buffer: Buffer.from(ATTACKS.map((text) => JSON.stringify({ question: text, answer: text })).join('\n')),
  })
  await expect(page.locator('[data-testid=lab-suite][data-suite=own]')).toContainText('onerror')
  const items = ATTACKS.map((value, place) => ({
    ...{ run: 'x', at: place, state: 'wrong', how: 'ended', value, promptTokens: 1, thoughtTokens: 1, newTokens: 2 },
    ...{ prefillMs: 1, decodeMs: 1 },
  }))
  const count = ATTACKS.length
  const run = {
    ...{ id: LINE, createdAt: Date.now(), suite: { name: 'own', title: LINE }, model: { id: LINE, name: LINE } },
    settings: { effort: 'normal', temperature: 0, votes: 1, seed: 1 },
    environment: {
      ...{ engine: 'wllama', quantization: LINE, files: { [LINE]: LINE }, kernels: LINE, contextWindow: 9 },
      ...{ adapter: LINE, browser: LINE },
    },
    ...{ state: 'done', questions: count, finished: count, right: 0, wrong: count, writtenMs: 9 },
  }
  await page.getByTestId('lab-import').setInputFiles({
    name: LINE,
    mimeType: '',
    buffer: Buffer.from(
      JSON.stringify({
        ...{ format: 'thinktab-lab-result', version: 1, run, items },
        questions: ATTACKS.map((text) => ({ text, answer: text })),
        texts: ATTACKS.map((text, place) => ({ run: 'x', at: place, text: `${text}\n</think>\n\n${text}` })),
      }),
    ),
  })
  await page.getByTestId('lab-result').getByRole('link').click()
  for (let isLast = false; !isLast;) {
    const transcripts = await page.locator('[data-part=lab-item] button.item').evaluateAll(async (buttons) => {
      let opened = 0
      for (const button of buttons) {
        if (button instanceof HTMLElement) button.click()
        for (let tries = 0; tries < 200 && !document.querySelector('[data-part=lab-transcript] .markdown'); tries++)
          await new Promise((resolve) => setTimeout(resolve, 10))
        opened += document.querySelectorAll('[data-part=lab-transcript]').length
      }
      return [opened, buttons.length]
    })
    expect(transcripts[0]).toBe(transcripts[1])
    isLast = await page.locator('[data-part=lab-later]').isDisabled()
    if (!isLast) await page.locator('[data-part=lab-later]').click()
  }
  await clean('the lab')
  const { text, name } = await saved(page, '[data-part=lab-save-html]')
  expect(name).toMatch(/^[\w.-]+\.html$/)
  expect(await openSaved(browser, text, 'lab.html')).toBeGreaterThan(count * 4)
  expect(
    (await saved(page, '[data-part=lab-save-csv]')).text.split('\n').filter((line) => /(?:^|,)"?[=+@]/.test(line)),
  ).toEqual([])
  await clean('results of the lab')
})

test('the variables of prompts, and what is typed for them', async ({ page }) => {
  const { clean } = await watch(page)
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  const names = [
    ...new Set(
      ATTACKS.map((text) =>
        text
          .replaceAll(/[{}\s]+/g, ' ')
          .trim()
          .slice(0, 60)
          .trim(),
      ).filter(Boolean),
    ),
  ]
  const part = Math.ceil(names.length / 3)
  const parts = [0, 1, 2].map((index) => names.slice(index * part, (index + 1) * part))
  await putPrompts(
    page,
    parts.map((own, index) => ({
      name: `${String(index)} ${LINE.slice(index * 90, index * 90 + 90)}`,
      text: own.map((name) => `{{${name}}}`).join(' '),
    })),
  )
  await page.reload()
  for (const [index, own] of parts.entries()) {
    await chat.composer.fill('/')
    await page
      .getByTestId('prompt')
      .filter({ hasText: new RegExp(`^\\s*${String(index)} `) })
      .click()
    const fields = page.getByTestId('prompt-variable')
    await expect(fields).toHaveCount(own.length)
    await fields.first().fill(ALL)
    await fields.last().fill('{{<img src=x onerror=fired=1>}}')
    await clean('the variables of a prompt')
    await page.getByTestId('prompt-use').click()
    await expect(chat.composer).toHaveValue(/window\.fired[^]*\{\{<img src=x onerror=fired=1>\}\}$/)
    await clean('a prompt with its values')
  }
})
