import { expect, type BrowserContext, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { contents } from '../fixtures/stored'
import { lacking } from '../fixtures/no-gpu'
import { kill, test } from '../fixtures/own-browser'
import { LONG_QUESTION, slowDown } from '../fixtures/slow-engine'

/** `npm run faults` asks for more. */
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 6)
/** What may be lost of a text: what was generated in the last second. */
const MOST_LOST_MS = 1000

/** How many characters of the reply were on the page, and when, in ms since the epoch. */
interface Seen {
  readonly at: number
  readonly characters: number
}

/** Has the page tell of each change of its last reply. */
async function watchReply(page: Page): Promise<Seen[]> {
  const seen: Seen[] = []
  await page.exposeFunction('tellReply', (one: Seen) => seen.push(one))
  await page.evaluate(() => {
    const { tellReply } = window as unknown as { tellReply: (one: Seen) => void }
    const tell = () => {
      const reply = [...document.querySelectorAll('[data-testid=message][data-role=assistant]')].at(-1)
      const parts = reply?.querySelectorAll('[data-part=thought-text], [data-part=answer]') ?? []
      tellReply({ at: Date.now(), characters: [...parts].map((one) => one.textContent.trim()).join('').length })
    }
    new MutationObserver(tell).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  return seen
}

/** The list has rows only for the chats in sight. */
const storedChats = async (page: Page | undefined) => page && (await contents(page)).chats.length

test('a browser that is killed at any moment of an answer loses no message, and a second of text at most', async ({
  own,
  baseURL,
}) => {
  test.skip(process.platform === 'win32', 'There are no such signals.')
  test.setTimeout(ROUNDS * 100_000)
  const lost: number[] = []
  let whole = ''
  let interrupted = 0
  let page: Page | undefined
  let context: BrowserContext | undefined
  for (let round = 0; round < ROUNDS; round += 1) {
    context = await own.start()
    await lacking('WebGPU', context)
    page = await context.newPage()
    await page.goto(`${baseURL ?? ''}?lang=en`)
    const chat = new ChatPage(page)
    if (round === 0) {
      const { thought, answer } = await chat.ask(LONG_QUESTION)
      whole = `${thought}\n${answer}`
      await chat.newChat()
    }
    await slowDown(page, 10)
    const seen = await watchReply(page)
    await chat.send(LONG_QUESTION)
    await expect.poll(() => storedChats(page)).toBe(round + 2)
    const address = page.url()
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 5000))
    const killedAt = Date.now()
    await kill(own, context)
    expect(seen.length).toBeGreaterThan(0)
    const due = seen.filter(({ at }) => at <= killedAt - MOST_LOST_MS).at(-1)?.characters ?? 0

    context = await own.start()
    await lacking('WebGPU', context)
    page = await context.newPage()
    await page.goto(address)
    const next = new ChatPage(page)
    await expect(next.questions).toHaveCount(1)
    expect(await storedChats(page)).toBe(round + 2)
    const { state, thought, answer } = await next.finished(0)
    if (state !== 'done') interrupted += 1
    lost.push((seen.at(-1)?.characters ?? 0) - (thought + answer).length)
    expect((thought + answer).length, `round ${String(round)}`).toBeGreaterThanOrEqual(due)
    if (state !== 'done') {
      await page.getByTestId('continue').click()
      await expect(next.replies).toHaveAttribute('data-state', 'done', { timeout: 60_000 })
    }
    const reply = await next.finished(0)
    expect(`${reply.thought}\n${reply.answer}`).toBe(whole)
  }
  expect(interrupted).toBeGreaterThan(0)
  test.info().annotations.push({
    type: 'kills',
    description: `${String(ROUNDS)}, of which ${String(interrupted)} in the middle; characters lost at most: ${String(Math.max(...lost))}`,
  })
})
