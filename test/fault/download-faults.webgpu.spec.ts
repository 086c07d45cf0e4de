import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { Hub } from '../fixtures/hub'
import { said, type Locale } from '../fixtures/texts'

const NANO = fileURLToPath(new URL('../../public/models/nano/', import.meta.url))
const SHARD = 'params_shard_0.bin'
const LIBRARY = 'nano-software.wasm'

let hub: Hub
test.beforeEach(async ({ page }) => {
  const files = readdirSync(NANO).filter((name) => /\.(?:bin|wasm)$/.test(name))
  hub = await Hub.open(Object.fromEntries(files.map((name) => [name, readFileSync(NANO + name)])))
  for (const name of files)
    await page.route(`**/models/nano/${name}`, (route) => route.continue({ url: new URL(name, hub.store).href }))
})
test.afterEach(() => hub.close())

const asked = (path: string) => hub.served.filter((answer) => answer.path === path)

test('an answer comes without a word about cuts, refusals and wrong bytes on the way', async ({ page }) => {
  hub.misbehave({ kind: 'cut' }, { path: LIBRARY, at: 1_000_000, times: 1 })
  hub.misbehave({ kind: 'status', status: 429, retryAfter: '1' }, { path: SHARD, times: 1 })
  hub.misbehave({ kind: 'status', status: 500 }, { path: SHARD, times: 1 })
  hub.misbehave({ kind: 'wrong-byte' }, { path: SHARD, at: 1000, times: 1 })
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  const reply = await chat.ask('30 + 12')
  expect(reply).toMatchObject({ state: 'done', answer: '30 + 12 = 42' })
  await expect(page.getByTestId('notice')).toHaveCount(0)
  expect(asked(LIBRARY).map(({ status, start }) => [status, start > 0])).toEqual([
    [200, false],
    [206, true],
  ])
  expect(asked(SHARD).map(({ status }) => status)).toEqual([429, 500, 200, 200])
})

test('a server that stays out of order is named, and what came before is not fetched again', async ({ page }) => {
  hub.misbehave({ kind: 'status', status: 503 }, { path: SHARD })
  const notice = (locale: Locale) => said(locale, 'error_server_busy', { status: '503' })
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  await chat.send('30 + 12')
  expect((await chat.finished(0)).state).toBe('error')
  await expect(chat.replies.getByTestId('notice').locator('p')).toHaveText(notice('en'))
  await chat.speak('zh-CN')
  await expect(chat.replies.getByTestId('notice').locator('p')).toHaveText(notice('zh-CN'))
  hub.behave()
  await page.locator('[data-part=notice-action]').click()
  await expect(chat.replies.locator('[data-part=answer]')).toHaveText('30 + 12 = 42', { timeout: 30_000 })
  expect(asked(LIBRARY)).toHaveLength(1)
})
