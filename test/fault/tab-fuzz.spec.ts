import { expect, test, type BrowserContext, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { contents } from '../fixtures/stored'

/** `npm run fuzz` asks for more. */
const RUNS = Number(process.env.TAB_FUZZ_RUNS ?? 1)
const ACTIONS = 14
/** For what may or may not be there. */
const SOON = { timeout: 3000 }

/** A fixed sequence for each seed. */
const randomOf = (seed: number) => {
  let state = (seed * 48_271) % 2_147_483_647
  return (below: number) => (state = (state * 48_271) % 2_147_483_647) % below
}

const chatOf = (page: Page) => /#\/c\/([^?]+)/.exec(page.url())?.[1]

/** Real tabs of one browser, with the real model, its one engine and the browser's own locks. */
class Tabs {
  readonly log: string[] = []
  readonly errors: string[] = []
  readonly #context: BrowserContext
  readonly #random: (below: number) => number
  readonly #tabs: ChatPage[] = []
  /** What the page took over, for its field was emptied, with the chat that it was asked in. */
  readonly #asked = new Map<string, string | undefined>()
  readonly #deleted = new Set<string>()
  #lastDeleted: string | undefined
  #count = 0

  constructor(context: BrowserContext, seed: number) {
    this.#context = context
    this.#random = randomOf(seed)
  }

  async run(): Promise<void> {
    const tabs = 2 + this.#random(3)
    for (let at = 0; at < tabs; at += 1) await this.#openTab()
    for (let action = 0; action < ACTIONS; action += 1) {
      // Two tabs at the same moment, as often as not.
      const first = this.#one(this.#tabs)
      const second = this.#one(this.#tabs)
      await Promise.all([this.#act(first), ...(second !== first && this.#random(2) === 0 ? [this.#act(second)] : [])])
    }
    await this.#check()
  }

  #one<T>(of: readonly T[]): T {
    const chosen = of[this.#random(of.length)]
    if (chosen === undefined) throw new Error('nothing to choose from')
    return chosen
  }

  async #openTab(): Promise<void> {
    const page = await this.#context.newPage()
    page.on('pageerror', (error) => this.errors.push(error.message))
    const tab = new ChatPage(page)
    await tab.open('/?lang=en')
    this.#tabs.push(tab)
  }

  async #act(tab: ChatPage): Promise<void> {
    const choices = ['ask', 'ask', 'ask', 'stop', 'open', 'open', 'new', 'rename', 'delete', 'undo', 'reload', 'close']
    const name = this.#one(choices)
    this.log.push(`${String(this.#tabs.indexOf(tab))} ${name}`)
    const { page } = tab
    if (name === 'ask') await this.#ask(tab)
    else if (name === 'stop') await press(page, '[data-testid=stop]')
    else if (name === 'new') await page.getByTestId('new-chat').click()
    else if (name === 'open') await this.#open(tab)
    else if (name === 'rename') await this.#rename(tab)
    else if (name === 'delete') await this.#delete(tab)
    else if (name === 'undo') await this.#undo(tab)
    else if (name === 'reload') await page.reload()
    else if (this.#tabs.length > 1) {
      this.#tabs.splice(this.#tabs.indexOf(tab), 1)
      await page.close({ runBeforeUnload: this.#random(2) === 0 })
      await this.#openTab()
    }
  }

  async #ask(tab: ChatPage): Promise<void> {
    const question = `${String(100 + this.#count++)} + ${String(this.#random(90) + 1)}`
    await tab.composer.fill(question, SOON).catch(() => undefined)
    await tab.composer.press('Enter', SOON).catch(() => undefined)
    await tab.page.waitForTimeout(this.#random(400))
    const emptied = await tab.composer.inputValue(SOON).catch(() => question)
    if (emptied === '') this.#asked.set(question, chatOf(tab.page))
  }

  async #open(tab: ChatPage): Promise<void> {
    const items = tab.page.getByTestId('chat-item').locator('a')
    const count = await items.count()
    if (count > 0)
      await items
        .nth(this.#random(count))
        .click(SOON)
        .catch(() => undefined)
  }

  /** Opens the menu of a chat in the list. @returns its id */
  async #menu({ page }: ChatPage): Promise<string | undefined> {
    const items = page.getByTestId('chat-item')
    const count = await items.count()
    if (count === 0) return undefined
    const item = items.nth(this.#random(count))
    const href = await item
      .locator('a')
      .getAttribute('href', SOON)
      .catch(() => null)
    await item.hover(SOON).catch(() => undefined)
    await item
      .getByTestId('chat-menu')
      .click(SOON)
      .catch(() => undefined)
    return href?.split('/').at(-1)
  }

  async #rename(tab: ChatPage): Promise<void> {
    if (!(await this.#menu(tab))) return
    await press(tab.page, '[data-part=rename]')
    const title = tab.page.locator('[data-testid=chat-item] [data-part=title]')
    await title.fill(`name ${String(this.#count++)}`, SOON).catch(() => undefined)
    await title.press('Enter', SOON).catch(() => undefined)
  }

  async #delete(tab: ChatPage): Promise<void> {
    const id = await this.#menu(tab)
    if (id === undefined) return
    // The row may be another one by now.
    const before = new Set((await contents(tab.page)).chats.map((chat) => chat.id))
    await press(tab.page, '[data-part=delete]')
    await tab.page.waitForTimeout(100)
    for (const chat of (await contents(tab.page)).chats) before.delete(chat.id)
    for (const each of [id, ...before]) this.#deleted.add(each)
    this.#lastDeleted = id
  }

  async #undo(tab: ChatPage): Promise<void> {
    const pressed = await press(tab.page, '[data-testid=undo-delete] button')
    if (!pressed || this.#lastDeleted === undefined) return
    await tab.page.waitForTimeout(100)
    for (const { id } of (await contents(tab.page)).chats) this.#deleted.delete(id)
  }

  async #check(): Promise<void> {
    for (const { page } of this.#tabs) {
      await expect(page.getByTestId('last-resort')).toHaveCount(0)
      await expect(page.locator('[data-testid=message][data-state=streaming]')).toHaveCount(0, { timeout: 60_000 })
      await press(page, '[data-part=put-back]')
    }
    const [first] = this.#tabs
    if (!first) throw new Error('no tab is left')
    const { chats, messages, drafts } = await contents(first.page)
    const ids = new Set(messages.map(({ id }) => id))
    for (const { id, leafId } of chats) if (leafId !== null) expect(ids.has(leafId), `the end of ${id}`).toBe(true)
    const questions = new Set(messages.map(({ text }) => text))
    // A question is gone only together with its chat.
    const isDeleted = (chat: string | undefined) =>
      chat === undefined ? this.#deleted.size > 0 : this.#deleted.has(chat)
    const lost = [...this.#asked].filter(
      ([question, chat]) => !questions.has(question) && !drafts.includes(question) && !isDeleted(chat),
    )
    expect(lost).toEqual([])
    for (const { state, role, text } of messages) {
      if (role !== 'assistant' || state !== 'done') continue
      const [, one, two, sum] = /<\/think>\s*(\d+) \+ (\d+) = \**(\d+)\**$/.exec(text) ?? [text]
      expect(Number(one) + Number(two), 'the whole reply').toBe(Number(sum))
    }

    for (const tab of this.#tabs) {
      const shown = chatOf(tab.page)
      if (shown !== undefined && chats.some(({ id }) => id === shown)) {
        const before = await tab.questions.allTextContents()
        await tab.page.reload()
        await expect(tab.composer).toBeVisible()
        await expect.poll(() => tab.questions.allTextContents()).toEqual(before)
      }
      await tab.newChat()
      expect(await tab.ask('20 + 22')).toMatchObject({ state: 'done', answer: '20 + 22 = 42' })
    }
    expect(this.errors).toEqual([])
  }
}

/** Presses what may be there. @returns whether it was */
async function press(page: Page, selector: string): Promise<boolean> {
  const target = page.locator(selector).first()
  if (!(await target.isVisible())) return false
  return await target.click(SOON).then(
    () => true,
    () => false,
  )
}

for (let seed = 1; seed <= RUNS; seed += 1)
  test(`random actions in two to four tabs lose nothing and leave every tab usable (${String(seed)})`, async ({
    context,
  }) => {
    const tabs = new Tabs(context, seed)
    await tabs.run().catch((error: unknown) => {
      throw new Error(tabs.log.join('; '), { cause: error })
    })
  })
