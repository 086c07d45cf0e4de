import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { keptOffline } from '../fixtures/own-browser'
import { test, type OwnSite } from '../fixtures/own-site'
import { answerWrongly, WRONG_ANSWERS } from '../fixtures/site-versions'

test.use({ serviceWorkers: 'allow' })

const FILES = /^(?:wllama-.*\.wasm|cpu-worker-.*\.js)$/

/** llama.cpp, for one thread and for several, and its worker. */
const files = async (site: OwnSite) =>
  (await readdir(join(site.folder, 'assets'))).filter((name) => FILES.test(name)).map((name) => `assets/${name}`)

/** Replaces what the browser has kept of the engine for the processor. @returns how many files that were */
const damageKept = (page: Page, text: string) =>
  page.evaluate(async (replaced) => {
    const cache = await caches.open('thinktab-processor')
    const keys = await cache.keys()
    for (const key of keys) await cache.put(key, new Response(replaced))
    return keys.length
  }, text)

for (const how of WRONG_ANSWERS)
  test(`runs nothing that the host answers wrongly (${how}), and asks again at the next try`, async ({
    page,
    site,
  }) => {
    const chat = new ChatPage(page)
    await page.goto(site.url)
    const mends = await Promise.all((await files(site)).map((file) => answerWrongly(site.folder, file, how)))
    expect((await chat.ask('31 + 45')).state).toBe('error')
    const code = how === 'missing' ? 'artifact-missing' : 'artifact-damaged'
    await expect(page.locator(`[data-code=${code}]`).first()).toBeVisible()
    await Promise.all(mends.map((mend) => mend()))
    expect((await chat.ask('12 + 13')).answer).toBe('12 + 13 = 25')
  })

for (const text of ['<!doctype html>', ''])
  test(`does without what was kept as ${text === '' ? 'nothing' : 'a page'}, and answers offline after that`, async ({
    page,
    site,
  }) => {
    test.setTimeout(180_000)
    const chat = new ChatPage(page)
    await page.goto(site.url)
    await chat.ask('20 + 22')
    await keptOffline(page)
    expect(await damageKept(page, text)).toBe(2)
    await page.reload()
    expect((await chat.ask('12 + 13')).answer).toBe('12 + 13 = 25')
    await site.close()
    await page.reload()
    expect((await chat.ask('31 + 45')).answer).toBe('31 + 45 = 76')
  })
