import { afterSummary } from '../../reasoning/after-summary'
import type { Replies } from '../../reasoning/replies'
import type { ReplySettings } from '../../shared/reply-settings'
import type { ChatDependencies } from './chat.svelte'
import type { OpenConversation } from './open-conversation.svelte'

/** The settings that the next reply on the page would be written with. */
export class NextReply {
  readonly #shown: OpenConversation
  readonly #parts: Pick<ChatDependencies, 'replies' | 'defaults'>

  constructor(shown: OpenConversation, parts: Pick<ChatDependencies, 'replies' | 'defaults'>) {
    this.#shown = shown
    this.#parts = parts
  }

  /** The conversation's settings over the defaults. */
  get settings(): ReplySettings {
    return { ...this.#parts.defaults(), ...this.#shown.settings.current }
  }

  /** The sampling of a reply without settings, once a model is loaded. */
  get sampling(): Replies['sampling'] {
    return this.#parts.replies.sampling
  }

  /** The size of the prompt for this question, in tokens; undefined while no model is loaded. */
  async measure(question: string): ReturnType<Replies['measure']> {
    const { turns, ...rest } = afterSummary(this.#shown.path, this.#shown.conversation?.summary)
    const asked = [...turns, { role: 'user' as const, text: question }]
    return await this.#parts.replies.measure({ ...rest, turns: asked, settings: this.settings })
  }
}
