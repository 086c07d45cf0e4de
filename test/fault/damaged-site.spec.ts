import { expect, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { keptOffline } from '../fixtures/own-browser'
import { backOnline, installEnd, storedFiles, test, watchInstalls, type OwnSite } from '../fixtures/own-site'
import { answerWrongly, listedFiles, PORTAL, renew, WRONG_ANSWERS } from '../fixtures/site-versions'

test.use({ serviceWorkers: 'allow' })

/** One file of each sort that the service worker stores. */
const SORTS = [
  /^index\.html$/,
  /^preview\.html$/,
  /^boot\.js$/,
  /\/app-/,
  /\/engine-worker-/,
  /\/weights-worker-/,
  /\/soon-.*\.js$/,
  /\/ModelsPage-.*\.js$/,
  /\.css$/,
  /\.woff2$/,
  /catalogue\.json$/,
  /nano\/manifest\.json$/,
  /nano\/params_shard/,
  /nano-software\.wasm$/,
  /icon\.svg$/,
  /webmanifest$/,
]
/** These are kept only where they were used. */
const FOR_PROCESSOR = /\/(?:cpu-worker|wllama)-/

/** The files of the site that must be stored, with their hashes. */
async function wanted(site: OwnSite): Promise<Map<string, string>> {
  return new Map([...(await listedFiles(site.folder))].filter(([url]) => !FOR_PROCESSOR.test(url)))
}

/** A file of each sort. */
async function oneOfEach(site: OwnSite): Promise<readonly string[]> {
  const files = [...(await wanted(site)).keys()]
  return SORTS.map((sort) => {
    const found = files.find((file) => sort.test(file))
    if (found === undefined) throw new Error(`No file is like ${sort.source}.`)
    return found
  })
}

/** Each file with a wrong answer, by turns; src/sw/site-files.browser.test.ts has every answer for the same file. */
const withWrongAnswers = (files: readonly string[]) =>
  files.map((file, index) => [file, WRONG_ANSWERS[index % WRONG_ANSWERS.length] ?? 'page'] as const)

/** Changes what this version has stored of some files, in the browser. @param text undefined takes them away */
async function damageStored(page: Page, site: OwnSite, files: readonly string[], text?: string): Promise<void> {
  const listed = await listedFiles(site.folder)
  const keys = files.map((file) => `${site.url}${file}?${listed.get(file) ?? ''}`)
  await page.evaluate(
    async ([damaged, replaced]) => {
      for (const name of await caches.keys()) {
        if (!name.startsWith('thinktab-site-')) continue
        const cache = await caches.open(name)
        for (const key of damaged)
          await (replaced === undefined ? cache.delete(key) : cache.put(key, new Response(replaced)))
      }
    },
    [keys, text] as const,
  )
}

/** Every file that is stored is as it was built. */
async function expectNoneWrong(page: Page, good: ReadonlyMap<string, string>): Promise<void> {
  const stored = await storedFiles(page)
  expect([...stored].filter(([url, hash]) => good.get(url) !== hash)).toEqual([])
}

/** The site is stored whole: without a host the page opens, answers and shows its other pages. */
async function expectWholeOffline(page: Page, site: OwnSite): Promise<void> {
  const good = await wanted(site)
  await expect
    .poll(async () => Object.fromEntries(await storedFiles(page)), { timeout: 60_000 })
    .toEqual(Object.fromEntries(good))
  await site.close()
  await page.goto(site.url)
  const chat = new ChatPage(page)
  expect((await chat.ask('31 + 45')).answer).toBe('31 + 45 = 76')
  await page.goto(`${site.url}#/models`)
  await expect(page.getByTestId('model-card').first()).toBeVisible()
  await expect(page.getByTestId('part-lost')).toHaveCount(0)
}

test('is not stored with a file that was answered wrongly, and is as soon as the network is good', async ({
  page,
  site,
}) => {
  test.setTimeout(400_000)
  await watchInstalls(page)
  const files = await oneOfEach(site)
  const good = await wanted(site)
  await page.goto(site.url)
  let mend = await answerWrongly(site.folder, files[7] ?? '', 'page') // nothing that a chat needs
  expect((await new ChatPage(page).ask('20 + 22')).answer).toBe('20 + 22 = 42')
  expect(await installEnd(page)).toBe('redundant')
  await mend()
  for (const [file, how] of withWrongAnswers(files)) {
    await damageStored(page, site, [file])
    mend = await answerWrongly(site.folder, file, how)
    expect(await backOnline(page), `${file}: ${how}`).toBe('redundant')
    await mend()
    await expectNoneWrong(page, good)
  }
  expect(await backOnline(page)).toBe('installed')
  await keptOffline(page)
  await expectWholeOffline(page, site)
})

test('keeps its old version while a file of the new one is answered wrongly', async ({ page, site }) => {
  test.setTimeout(400_000)
  await watchInstalls(page)
  await page.goto(site.url)
  const chat = new ChatPage(page)
  await chat.ask('20 + 22')
  await keptOffline(page)
  await renew(site.folder)
  for (const [file, how] of withWrongAnswers(await oneOfEach(site))) {
    await damageStored(page, site, [file])
    const mend = await answerWrongly(site.folder, file, how)
    expect(await backOnline(page), `${file}: ${how}`).toBe('redundant')
    await mend()
  }
  await page.reload()
  await expect(page.locator('html')).not.toHaveAttribute('data-version', '2')
  expect((await chat.ask('12 + 13')).answer).toBe('12 + 13 = 25')
  await expect(page.getByTestId('site-update')).toBeVisible({ timeout: 60_000 })
  await page.locator('[data-testid=site-update] [data-part=toast-action]').click()
  await expect(page.locator('html')).toHaveAttribute('data-version', '2', { timeout: 60_000 })
  await expectWholeOffline(page, site)
})

for (const [how, text] of [
  ['have other bytes', PORTAL],
  ['are gone', undefined],
] as const)
  test(`fetches stored files again that ${how}`, async ({ page, site }) => {
    test.setTimeout(180_000)
    await page.goto(site.url)
    await new ChatPage(page).ask('20 + 22')
    await keptOffline(page)
    await damageStored(page, site, await oneOfEach(site), text)
    await page.goto(`${site.url}#/models`)
    await expect(page.getByTestId('model-card').first()).toBeVisible()
    await expectWholeOffline(page, site)
  })
