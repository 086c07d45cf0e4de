import { SvelteSet } from 'svelte/reactivity'
import type { Message } from '../../conversations/conversations'
import { Channel } from '../../platform/channel'
import { isLocked, whenNoneLocked, whenUnlocked, withLock } from '../../platform/locks'
import type { MessageId } from '../../shared/ids'

/** Writes a reply; meanwhile other tabs can see that somebody writes it. */
export function asWriter(reply: MessageId, write: () => Promise<void>): Promise<void> {
  return withLock(lockOf(reply), new AbortController().signal, write)
}

/** Waits until no reply is being written, here or in another tab. @param onWait told if one is */
export function whenNobodyWrites(onWait: () => void): Promise<void> {
  return whenNoneLocked(lockOf(''), onWait)
}

/** The replies that other tabs are writing, as far as a caller has asked. */
export class OtherWriters {
  readonly #replies = new SvelteSet<MessageId>()
  readonly #watched = new SvelteSet<MessageId>()
  readonly #channel = new Channel<Message>('thinktab-replies')

  /** Whether another tab is writing this reply now. */
  isWriting(reply: Message | undefined): boolean {
    return reply !== undefined && this.#replies.has(reply.id)
  }

  /** Shows other tabs what this tab has written of a reply. */
  tell(reply: Message): void {
    this.#channel.post(reply)
  }

  /** @param listener told of replies that other tabs write, as far as they are written */
  onText(listener: (reply: Message) => void): void {
    this.#channel.listen((reply) => {
      if (this.isWriting(reply)) listener(reply)
    })
  }

  /** Whether anybody, here or in another tab, is writing this reply now; false where that cannot be known. */
  async isWritten(reply: MessageId): Promise<boolean> {
    return (await isLocked(lockOf(reply))) === true
  }

  /**
   * Finds out whether another tab writes this reply, and until when.
   *
   * @param onEnd called when that ends, because the reply is complete or its page is gone
   */
  async watch(reply: MessageId, onEnd: () => Promise<void>): Promise<void> {
    if (this.#watched.has(reply)) return
    this.#watched.add(reply)
    await whenUnlocked(lockOf(reply), () => {
      this.#replies.add(reply)
    })
    // the stored result is on the page before the writing counts as ended, so that the reply is not taken for one that
    // was cut off
    if (this.#replies.has(reply)) await onEnd()
    this.#replies.delete(reply)
    this.#watched.delete(reply)
  }
}

/** The browser takes a lock from a page that is closed or crashes, so no sign of life has to be sent. */
const lockOf = (reply: MessageId | '') => `thinktab-reply/${reply}`
