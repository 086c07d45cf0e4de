import type { ReplySettings } from '../../shared/reply-settings'
import type { OpenConversation } from './open-conversation.svelte'

/** What is set for the conversation on the page. */
export class ChatSettings {
  /** Settings of a conversation that has no question yet. */
  #ofNew = $state.raw<ReplySettings>({})
  readonly #shown: OpenConversation
  readonly #store: (settings: ReplySettings) => Promise<void>

  /** @param store shows and stores settings of the conversation on the page */
  constructor(shown: OpenConversation, store: (settings: ReplySettings) => Promise<void>) {
    this.#shown = shown
    this.#store = store
  }

  get current(): ReplySettings {
    return this.#shown.conversation ? (this.#shown.conversation.settings ?? {}) : this.#ofNew
  }

  /** Sets it, from the next reply on; a new conversation keeps it for its first question. */
  async change(settings: ReplySettings): Promise<void> {
    if (this.#shown.conversation) await this.#store(settings)
    else this.#ofNew = settings
  }

  /** Another new conversation begins with the defaults. */
  forget(): void {
    this.#ofNew = {}
  }
}
