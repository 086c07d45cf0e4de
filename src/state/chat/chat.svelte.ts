import type { ConversationStore, Message } from '../../conversations/conversations'
import type { Replies } from '../../reasoning/replies'
import type { ConversationId } from '../../shared/ids'
import { once } from '../../shared/once'
import type { ReplySettings } from '../../shared/reply-settings'
import type { ChatTools } from './chat-tools'
import type { LiveReply } from './live-reply.svelte'
import { NextReply } from './next-reply'
import { OpenConversation } from './open-conversation.svelte'
import { RepliesAgain } from './replies-again.svelte'
import { ReplyWriting } from './reply-writing.svelte'
import type { StorageHealth } from '../site/storage-health.svelte'

export interface ChatDependencies {
  readonly store: ConversationStore
  readonly replies: Replies
  readonly health: StorageHealth
  /** What applies where a conversation has no settings of its own. */
  readonly defaults: () => ReplySettings
  /** ms since the epoch */
  readonly now: () => number
  readonly events: ChatEvents
}

/** Who is told what a chat does. */
interface ChatEvents {
  /** When a reply has ended, however. */
  readonly onReply?: (reply: Message) => void
  /** When a conversation's record changed, so that lists can follow. */
  readonly onConversation: (id: ConversationId) => void
}

/** What one reply is written by beside the settings of its conversation. */
export interface ReplyOptions {
  /** Goes before the conversation's own settings. */
  readonly settings?: ReplySettings
  /** Marks replies that belong to one vote. */
  readonly poll?: string
  /** Called when the question is stored, or in memory where nothing can be stored. */
  readonly onStored?: () => void
}

/** Asks, and has replies written, one at a time. */
export class Chat {
  /** What the page shows. */
  readonly shown: OpenConversation
  /** What the next reply would be written by. */
  readonly next: NextReply
  /** Asks and answers once more. */
  readonly again: RepliesAgain
  /** The reply in progress, if it belongs to the conversation on the page. */
  readonly liveHere = $derived.by(() =>
    this.live?.conversationId === this.shown.conversation?.id ? this.live : undefined,
  )
  /** What is not needed to ask and answer. */
  readonly tools: () => Promise<ChatTools>
  readonly #writing: ReplyWriting

  constructor(dependencies: ChatDependencies) {
    const { store, events } = dependencies
    store.onChange(({ type, id }) => {
      if (type === 'removed' && this.live?.conversationId === id) this.stop()
    })
    this.shown = new OpenConversation({ ...dependencies, ...events, writing: () => this.live })
    this.#writing = new ReplyWriting({ ...dependencies, shown: this.shown })
    this.next = new NextReply(this.shown, dependencies)
    this.again = new RepliesAgain(this.shown, this.#writing)
    this.tools = once(async () => {
      const { ChatTools: Tools } = await import('./chat-tools')
      return new Tools(this, { ...dependencies, temperature: () => this.next.sampling?.temperature ?? 0 })
    })
  }

  /** The reply in progress, in the conversation on the page or in another one. */
  get live(): LiveReply | undefined {
    return this.#writing.live
  }

  /** As `ReplyWriting.aside` does. */
  async aside<T>(task: (replies: Replies, signal: AbortSignal) => Promise<T>): Promise<T> {
    return await this.#writing.aside(task)
  }

  /**
   * Asks. Nothing happens while a reply is being written, here or to the last question on the page, in a chat that another
   * tab has deleted, or for a blank question.
   */
  async send(text: string, options: ReplyOptions = {}): Promise<void> {
    if (this.live || this.shown.others.isWriting(this.shown.path.at(-1)) || text.trim() === '') return
    await this.#writing.ask(text, this.shown.conversation?.leafId ?? null, options)
  }

  /** Ends the reply in progress; what has come is kept. */
  stop(): void {
    this.#writing.stop()
  }

  /** Closes the thought of the reply in progress, so that its answer begins. */
  answerNow(): void {
    this.#writing.answerNow()
  }
}
