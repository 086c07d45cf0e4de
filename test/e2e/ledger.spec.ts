import { readFile } from 'node:fs/promises'
import { expect, test, type BrowserContext, type Page } from '@playwright/test'
import { serve } from '../../scripts/serve.mjs'
import { ChatPage } from '../fixtures/chat-page'
import { Hub, REPOSITORY } from '../fixtures/hub'
import { keptOffline } from '../fixtures/own-browser'
import { allowPlaces } from '../fixtures/places'
import { said } from '../fixtures/texts'

test.use({ serviceWorkers: 'allow' })
test.setTimeout(180_000)

let site: { readonly url: string; readonly close: () => Promise<void> }
/** What the site's host was asked for. */
let heard: string[]
let hub: Hub

test.beforeEach(async () => {
  heard = []
  site = await serve(0, { asked: (path) => void heard.push(path) })
  const nano = await readFile('public/models/nano/nano.gguf')
  hub = await Hub.open({ 'Nano-Q8_0.gguf': nano })
})
test.afterEach(async () => {
  await hub.close()
  await site.close()
})

interface Row {
  readonly address: string
  readonly purpose: string
  readonly bytesIn: number
  readonly bytesOut: number
}

/** Every line of the ledger, read from its page in a tab of its own, oldest first. */
async function rows(context: BrowserContext): Promise<Row[]> {
  const page = await context.newPage()
  await page.goto(`${site.url}?lang=en#/ledger`)
  await expect(page.getByTestId('ledger')).toHaveAttribute('data-lines', /\d/)
  while (await page.getByTestId('ledger-more').isVisible()) await page.getByTestId('ledger-more').click()
  const found = await page.getByTestId('ledger-row').evaluateAll((all) =>
    all.map((row) => ({
      address: row.getAttribute('data-address') ?? '',
      purpose: row.getAttribute('data-purpose') ?? '',
      bytesIn: Number(row.getAttribute('data-bytes-in')),
      bytesOut: Number(row.getAttribute('data-bytes-out')),
    })),
  )
  await page.close()
  return found.toReversed()
}

/** The script of the service worker. */
const VERSION = '/sw.js'
/** The paths of a host's lines. */
const pathsOf = (lines: readonly Row[], origin: string) =>
  lines.filter(({ address }) => address.startsWith(origin)).map(({ address }) => new URL(address).pathname)
const sorted = (paths: readonly string[]) => paths.toSorted()

/**
 * Until the ledger says of the site's host what the host has heard. Of the service worker's script it has what the page
 * asked for: the browser asks by itself as well.
 */
async function expectSame(context: BrowserContext): Promise<Row[]> {
  let lines: Row[] = []
  const counted = (path: string) => path !== VERSION
  await expect(async () => {
    lines = await rows(context)
    expect(sorted(pathsOf(lines, site.url).filter(counted))).toEqual(sorted(heard.filter(counted)))
  }).toPass({ timeout: 30_000 })
  return lines
}

/** The page looks for a new version when the network comes back. */
const lookForVersion = (page: Page) => page.evaluate(() => dispatchEvent(new Event('online')))

test('has every request that the hosts have heard, and no other', async ({ page, context }) => {
  await allowPlaces(page)
  await page.goto(`${site.url}?lang=en`)
  const chat = new ChatPage(page)
  expect((await chat.ask('20 + 22')).answer).toBe('20 + 22 = 42')
  await keptOffline(page)
  const first = await expectSame(context)
  expect(first.length).toBeGreaterThan(200)
  expect(new Set(first.map(({ purpose }) => purpose))).toEqual(new Set(['page', 'weights', 'version', 'offline']))
  const document = first.find(({ address }) => address === site.url)
  expect(document?.bytesIn).toBeGreaterThan(1000)

  for (let turn = 1; turn <= 20; turn++)
    expect((await chat.ask(`${turn} + ${turn}`)).answer).toBe(`${turn} + ${turn} = ${2 * turn}`)
  expect(await rows(context)).toHaveLength(first.length)

  const looks = (lines: readonly Row[]) => lines.filter(({ purpose }) => purpose === 'version').length
  const before = heard.filter((path) => path === VERSION).length
  await lookForVersion(page)
  await expect.poll(() => heard.filter((path) => path === VERSION).length).toBeGreaterThan(before)
  expect(looks(await expectSame(context))).toBe(looks(first) + 1)

  await page.goto(`${site.url}?lang=en#/models`)
  await page.getByTestId('own-hub').fill(hub.origin)
  await page.getByTestId('own-hub').press('Enter')
  await page.locator(`[data-hub="${hub.origin}"]`).check()
  await page.getByTestId('add-model').fill(REPOSITORY)
  await page.getByTestId('add-model-send').click()
  await page.locator('[data-testid=hub-file] [data-part=take]').click()
  await expect(page.locator('[data-model-id^=gguf-]').getByTestId('model-stored')).toHaveAttribute(
    'data-complete',
    'true',
  )
  const lines = await expectSame(context)
  // The hub's addresses with their queries, and the store to which the hub sends on.
  const asked = lines.filter(({ address }) => address.startsWith(hub.origin))
  expect(sorted(asked.map(({ address }) => address.slice(hub.origin.length - 1)))).toEqual(sorted(hub.asked))
  const stored = lines.filter(({ address }) => address.startsWith(hub.store))
  expect(stored).toHaveLength(hub.served.length)
  const file = (await readFile('public/models/nano/nano.gguf')).length
  const received = stored.reduce((sum, { bytesIn }) => sum + bytesIn, 0)
  // All of it once, and its header before that.
  expect(received).toBeGreaterThanOrEqual(file)
  expect(received).toBeLessThan(2 * file)
  for (const { bytesOut, address } of [...asked, ...stored]) expect(bytesOut).toBeGreaterThanOrEqual(address.length)
  expect(lines.filter(({ purpose }) => purpose === 'unknown')).toEqual([])
})

test('says which requests no code of the site has made, and nothing of a question in an address', async ({
  page,
  context,
}) => {
  await page.goto(`${site.url}?lang=en&q=secret+words`)
  await expect(new ChatPage(page).composer).toHaveValue('secret words')
  await new ChatPage(page).ask('1 + 1')
  const worker = page.workers().find((each) => each.url().includes('weights-worker'))
  await worker?.evaluate((address) => fetch(`${address}?said`).catch(() => undefined), hub.origin)
  await expect
    .poll(async () => (await rows(context)).filter(({ purpose }) => purpose === 'unknown'))
    .toMatchObject([{ address: `${hub.origin}?said` }])
  const ledger = await context.newPage()
  await ledger.goto(`${site.url}?lang=zh-CN#/ledger`)
  await expect(ledger.locator(`[data-part=ledger-host][data-host="${new URL(hub.origin).host}"]`)).toContainText(
    '不是本站的代码发出的',
  )
  expect(JSON.stringify(await rows(context))).not.toContain('secret')

  const [download] = await Promise.all([ledger.waitForEvent('download'), ledger.getByTestId('ledger-export').click()])
  const table = await readFile(await download.path(), 'utf8')
  expect(table.split('\r\n')[0]).toBe('time,host,address,purpose,bytes_in,bytes_out,status')
  expect(table).toContain(`"${hub.origin}?said","unknown"`)
  // On a busy machine the line of a request before it can be written after it.
  await expect(async () => {
    await ledger.getByTestId('ledger-clear').click()
    await ledger.locator('[data-part=ledger-clear-confirm]').click()
    await expect(ledger.locator('[data-part=ledger-empty]')).toHaveText(said('zh-CN', 'ledger_empty'), {
      timeout: 3000,
    })
  }).toPass()
})
