import type { Message } from '../../conversations/conversations'
import { newestLeaf, pathTo, siblings } from '../../conversations/tree'
import type { MessageId } from '../../shared/ids'
import type { OpenConversation } from './open-conversation.svelte'

/** The branches of the conversation on the page. */
export class Branches {
  readonly #shown: OpenConversation
  readonly #turnTo: (leafId: MessageId) => Promise<void>

  /** @param turnTo shows the branch of a leaf, and stores that */
  constructor(shown: OpenConversation, turnTo: (leafId: MessageId) => Promise<void>) {
    this.#shown = shown
    this.#turnTo = turnTo
  }

  /** The messages beside this one, itself included. */
  beside(message: Message): Message[] {
    return siblings(this.#shown.messages, message)
  }

  /** From the root to a message. */
  to(id: MessageId | null): Message[] {
    return pathTo(this.#shown.messages, id)
  }

  /** Shows the branch of a message, down to its newest leaf. */
  async show(message: Message): Promise<void> {
    await this.#turnTo(newestLeaf(this.#shown.messages, message.id))
  }

  /** Shows the branch of a message unless it is shown; false if there is no such message here. */
  async reveal(id: MessageId): Promise<boolean> {
    const message = this.#shown.messages.get(id)
    if (message && !this.#shown.path.includes(message)) await this.show(message)
    return message !== undefined
  }
}
