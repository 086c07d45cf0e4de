import type { ConversationStore } from '../../conversations/conversations'
import type { Chat } from './chat.svelte'
import { MessageEdits } from './message-edits.svelte'
import { Poll } from './poll.svelte'
import type { StorageHealth } from '../site/storage-health.svelte'
import { Summaries } from './summary.svelte'

/** What a chat can do beside asking and answering; fetched when it is first used. */
export class ChatTools {
  readonly edits: MessageEdits
  readonly poll: Poll
  readonly summaries: Summaries

  constructor(
    chat: Chat,
    options: { store: ConversationStore; health: StorageHealth; now: () => number; temperature: () => number },
  ) {
    this.edits = new MessageEdits({ ...options, shown: chat.shown })
    this.poll = new Poll(chat, options.temperature)
    this.summaries = new Summaries(chat, async (id, summary) => {
      const changed = await options.health.attempt('write', () => options.store.update(id, { summary }))
      if (changed) chat.shown.adopt(changed)
      return changed !== undefined
    })
  }
}
