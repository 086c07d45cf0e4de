/** Random actions in several tabs at once, and what must be true whatever their order was. */
import { expect } from 'vitest'
import type { Conversation, Message } from '../../conversations/conversations'
import type { ConversationId, MessageId } from '../../shared/ids'
import type { MessageEdits } from './message-edits.svelte'
import { eventually, gate, openPage, type TestPage } from '../page.fixture'

/** A tab, and the answers that it has begun: each waits twice until it may go on. */
interface Tab {
  readonly page: TestPage
  readonly edits: MessageEdits
}

const STEPS = 12
const MOST_AT_ONCE = 3

/** @param seed from 1 on; the same numbers for the same seed */
const randomOf = (seed: number) => {
  let state = (seed * 48_271) % 2_147_483_647
  return (below: number) => (state = (state * 48_271) % 2_147_483_647) % below
}

export class TabFuzz {
  readonly #random: (below: number) => number
  readonly #tabs: readonly Tab[]
  /** What was done, for the message of a failed run. */
  readonly #log: string[] = []
  readonly #gates: (() => void)[] = []
  readonly #running: Promise<void>[] = []
  /** Every message that was seen on a page or in the store. */
  readonly #seen = new Map<MessageId, Message>()
  /** Those that somebody deleted, and did not put back. */
  readonly #deleted = new Set<MessageId>()
  readonly #deletedChats = new Set<ConversationId>()
  #count = 0

  static async run(seed: number): Promise<void> {
    const random = randomOf(seed)
    const database = `fuzz-${String(seed)}-${crypto.randomUUID()}`
    const tabs = await Promise.all(
      Array.from({ length: 2 + random(4) }, async () => {
        const page = openPage({ database })
        await page.list.refresh()
        return { page, edits: (await page.chat.tools()).edits }
      }),
    )
    const fuzz = new TabFuzz(random, tabs)
    try {
      for (let step = 0; step < STEPS; step += 1) await fuzz.#step()
      await fuzz.#settle()
      await fuzz.#check()
    } catch (error) {
      throw new Error(`seed ${String(seed)}: ${fuzz.#log.join('; ')}`, { cause: error })
    }
  }

  private constructor(random: (below: number) => number, tabs: readonly Tab[]) {
    this.#random = random
    this.#tabs = tabs
  }

  get #store() {
    return this.#one(this.#tabs).page.store
  }

  #one<T>(of: readonly T[]): T {
    const chosen = of[this.#random(of.length)]
    if (chosen === undefined) throw new Error('nothing to choose from')
    return chosen
  }

  /** Some actions in some tabs, begun at the same moment. */
  async #step(): Promise<void> {
    const actions = Array.from({ length: 1 + this.#random(MOST_AT_ONCE) }, async () => {
      const tab = this.#one(this.#tabs)
      const name = this.#one(ACTIONS)
      this.#log.push(`${String(this.#tabs.indexOf(tab))} ${name}`)
      await this[name](tab)
    })
    await Promise.all(actions)
    this.#log.push('|')
    await this.#look()
  }

  async #look(): Promise<void> {
    for (const { page } of this.#tabs) for (const message of page.chat.shown.messages.values()) this.#see(message)
    for (const { id } of await this.#store.batch({ limit: 1000 }))
      for (const message of await this.#store.messages(id)) this.#see(message)
  }

  #see(message: Message): void {
    this.#seen.set(message.id, message)
    if (this.#deletedChats.has(message.conversationId)) this.#deleted.add(message.id)
  }

  /** What the engine of this tab writes next: three pieces, with a pause after the first and the second. */
  #script({ page }: Tab): void {
    const [first, second] = [gate(), gate()]
    this.#gates.push(first.open, second.open)
    const name = `r${String(this.#count++)}`
    page.engine.replies.push([name, first.opened, '</think>so', second.opened, ` ${name} end`])
  }

  #start(task: Promise<void>): Promise<void> {
    this.#running.push(task)
    return Promise.resolve()
  }

  #chatOf({ page }: Tab): Conversation | undefined {
    return page.list.items.length > 0 ? this.#one(page.list.items) : undefined
  }

  #messageOf({ page }: Tab, role: Message['role']): Message | undefined {
    const messages = [...page.chat.shown.messages.values()].filter((message) => message.role === role)
    return messages.length > 0 ? this.#one(messages) : undefined
  }

  ask(tab: Tab): Promise<void> {
    this.#script(tab)
    tab.page.clock.now += 1000
    return this.#start(tab.page.chat.send(`q${String(this.#count++)}`))
  }

  editQuestion(tab: Tab): Promise<void> {
    const question = this.#messageOf(tab, 'user')
    if (!question) return Promise.resolve()
    this.#script(tab)
    return this.#start(tab.page.chat.again.edit(question, `e${String(this.#count++)}`))
  }

  regenerate(tab: Tab): Promise<void> {
    const reply = this.#messageOf(tab, 'assistant')
    if (!reply) return Promise.resolve()
    this.#script(tab)
    return this.#start(tab.page.chat.again.regenerate(reply))
  }

  continueReply(tab: Tab): Promise<void> {
    const last = tab.page.chat.shown.path.at(-1)
    if (last?.state !== 'stopped') return Promise.resolve()
    this.#script(tab)
    return this.#start(tab.page.chat.again.continue(last))
  }

  goOn(): Promise<void> {
    this.#gates.shift()?.()
    return Promise.resolve()
  }

  stop(tab: Tab): Promise<void> {
    tab.page.chat.stop()
    return Promise.resolve()
  }

  startNew(tab: Tab): Promise<void> {
    tab.page.chat.shown.startNew()
    return Promise.resolve()
  }

  async open(tab: Tab): Promise<void> {
    const chat = this.#chatOf(tab)
    if (chat) await tab.page.chat.shown.open(chat.id)
  }

  async rename(tab: Tab): Promise<void> {
    const chat = this.#chatOf(tab)
    if (chat) await tab.page.edits.rename(chat.id, `t${String(this.#count++)}`)
  }

  async pin(tab: Tab): Promise<void> {
    const chat = this.#chatOf(tab)
    if (chat) await tab.page.edits.update([chat.id], { pinned: this.#random(2) === 0, folder: this.#one(['', 'f']) })
  }

  async fork(tab: Tab): Promise<void> {
    const chat = this.#chatOf(tab)
    if (chat) await tab.page.edits.fork(chat.id, (title) => `${title} 2`)
  }

  async removeChat(tab: Tab): Promise<void> {
    const chat = this.#chatOf(tab)
    if (!chat) return
    this.#deletedChats.add(chat.id)
    await this.#look()
    await tab.page.edits.remove([chat.id])
    // as the page does
    if (tab.page.chat.shown.conversation?.id === chat.id) tab.page.chat.shown.startNew()
  }

  async undoRemoveChat(tab: Tab): Promise<void> {
    for (const id of await tab.page.edits.undo()) this.#deletedChats.delete(id)
  }

  async putBack(tab: Tab): Promise<void> {
    const { shown } = tab.page.chat
    if (shown.isDeleted) await shown.putBack()
  }

  async removeMessage(tab: Tab): Promise<void> {
    const message = this.#messageOf(tab, 'user')
    // The page offers it to nobody whose reply is being written.
    if (!message || tab.page.chat.live) return
    for (const { id } of [message, ...tab.edits.following(message)]) this.#deleted.add(id)
    await tab.edits.remove(message)
  }

  async undoRemoveMessage(tab: Tab): Promise<void> {
    await tab.edits.undo()
  }

  /** Lets every reply end, and each tab put back what another has deleted under it. */
  async #settle(): Promise<void> {
    for (const open of this.#gates) open()
    await Promise.all(this.#running)
    await this.#look()
    for (const { page } of this.#tabs) if (page.chat.shown.isDeleted) await page.chat.shown.putBack()
  }

  async #check(): Promise<void> {
    const store = this.#store
    await eventually(async () => {
      const chats = await store.batch({ limit: 1000 })
      const messages = (await Promise.all(chats.map(({ id }) => store.messages(id)))).flat()
      const stored = new Map(messages.map((message) => [message.id, message]))

      const lost = [...this.#seen.values()].filter(({ id }) => !stored.has(id) && !this.#deleted.has(id))
      expect(lost.map(({ role, text }) => `${role} ${text}`)).toEqual([])
      for (const { id, parentId, role, state, text } of messages) {
        expect(state, id).not.toBe('streaming')
        // A question may be asked while another tab deletes what it follows.
        if (parentId !== null && !this.#deleted.has(parentId))
          expect(stored.has(parentId), `parent of ${role} ${text}`).toBe(true)
        if (role === 'assistant' && state === 'done') expect(text).toMatch(/<\/think>so.* end$/)
      }
      for (const { leafId, title } of chats)
        if (leafId !== null) expect(stored.has(leafId), `leaf of ${title}`).toBe(true)

      const record = ({ id, title, pinned, folder }: Conversation) => [id, title, pinned, folder].join(' ')
      for (const [at, { page }] of this.#tabs.entries()) {
        expect(page.list.items.map(record).sort()).toEqual(chats.map(record).sort())
        const { conversation } = page.chat.shown
        if (!conversation) continue
        const words = (each: readonly Message[]) => each.map(({ id, state, text }) => `${id} ${state} ${text}`).sort()
        expect(words([...page.chat.shown.messages.values()]), `tab ${String(at)}`).toEqual(
          words(await store.messages(conversation.id)),
        )
      }
    })
  }
}

const ACTIONS = [
  'ask',
  'ask',
  'ask',
  'editQuestion',
  'regenerate',
  'continueReply',
  'goOn',
  'goOn',
  'goOn',
  'stop',
  'startNew',
  'open',
  'open',
  'rename',
  'pin',
  'fork',
  'removeChat',
  'undoRemoveChat',
  'putBack',
  'removeMessage',
  'undoRemoveMessage',
] as const satisfies readonly (keyof TabFuzz)[]
