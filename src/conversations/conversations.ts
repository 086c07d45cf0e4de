import type { ErrorRecord } from '../shared/errors'
import type { ConversationId, MessageId } from '../shared/ids'
import type { ReplySettings } from '../shared/reply-settings'
import type { StoredTokens } from '../shared/token-ids'

/** How a reply ended, or that it has not. A reply found `streaming` at start-up was cut off by the end of the page. */
type MessageState = 'streaming' | 'done' | 'stopped' | 'error'

/** What wrote a reply. */
export interface ReplyOrigin {
  readonly name: string
  /** As the model's manifest has it. */
  readonly quantization?: string
  readonly engine: 'webllm' | 'wllama' | 'scripted'
}

/** Why a thought was closed before the model did it. */
type ClosingReason = 'asked' | 'budget' | 'context' | 'loop' | 'ended'

/** What a reply cost, as it is stored. */
export interface ReplyStats {
  /** Tokens of the whole prompt. */
  readonly promptTokens: number
  /** Tokens of it that were not in the KV cache already. */
  readonly prefilledTokens: number
  readonly newTokens: number
  readonly prefillMs: number
  readonly decodeMs: number
  /** Earlier turns that did not fit. */
  readonly droppedTurns: number
}

/** One node of a conversation's tree. Nothing is overwritten: an edit or a regeneration is another child. */
export interface Message {
  readonly id: MessageId
  readonly conversationId: ConversationId
  readonly parentId: MessageId | null
  readonly role: 'user' | 'assistant'
  readonly createdAt: number
  readonly state: MessageState
  /** As typed, or as generated: thought and answer with their tags. */
  readonly text: string
  /** Set when the prompt did not open the thought, so that the text has to. */
  readonly opensThought?: true
  /** Where paragraphs begin in `text`, in UTF-16 units, and how many tokens had been generated there. */
  readonly tokenMarks?: readonly (readonly [at: number, tokens: number])[]
  /** How long the thought took, in ms, once it has ended. */
  readonly thoughtMs?: number
  readonly modelId?: string
  /** What wrote it. */
  readonly origin?: ReplyOrigin
  /** Its tokens, so that it can go on from its last one. */
  readonly tokens?: StoredTokens
  /** Set when the prompt brought an empty thought, so that the model answered at once. */
  readonly withoutThought?: true
  /** Set when its thought was closed before the model did it, and why. */
  readonly closed?: ClosingReason
  /** Replies with the same mark answer one question several times, for a vote. */
  readonly poll?: string
  /** Set when somebody wants it left out of prompts; a question takes its answer with it. */
  readonly excluded?: true
  /** Set when somebody wants it kept in prompts as long as anything is. */
  readonly pinned?: true
  readonly stats?: ReplyStats
  /** Set when the reply ended because the context window was full. */
  readonly atLimit?: true
  /** Set when the reply ended because its answer was as long as is wanted. */
  readonly atLongest?: true
  readonly error?: ErrorRecord
  /** Set when the stored record is not a message: the record as it is, which is never overwritten. `text` is what could be read. */
  readonly damaged?: Readonly<Record<string, unknown>>
}

/** Stands for all turns of a branch up to a message. */
export interface ConversationSummary {
  /** The last message that it stands for; on a branch without it there is no summary. */
  readonly through: MessageId
  readonly text: string
}

export interface Conversation {
  readonly id: ConversationId
  readonly title: string
  readonly createdAt: number
  readonly updatedAt: number
  /** The last message of the branch that is shown. */
  readonly leafId: MessageId | null
  /** Set when its record was lost and it was put together from its messages. */
  readonly recovered?: true
  /** What is set for this conversation; anything else is as in the defaults. */
  readonly settings?: ReplySettings
  /** What is sent in place of its earlier turns. */
  readonly summary?: ConversationSummary
  /** Set while it stands above all others in the list. */
  readonly pinned?: true
  /** The name of the folder that it lies in. */
  readonly folder?: string
  /** Set while it is kept in memory only: its record is never stored. */
  readonly temporary?: true
}

/** What of a conversation's record can be changed alone. `pinned: false`, `folder: ''` and a summary without text take these off. */
export type ConversationChange = Partial<Pick<Conversation, 'title' | 'leafId' | 'settings' | 'summary'>> & {
  readonly pinned?: boolean
  readonly folder?: string
}

export type PagePosition = Pick<Conversation, 'id' | 'updatedAt'>

export type Change =
  | { readonly type: 'conversation'; readonly id: ConversationId }
  | { readonly type: 'removed'; readonly id: ConversationId }

/** `relaxed` is for what may be lost in a power cut: the words of a reply that is still being written. */
export type Durability = 'relaxed' | 'strict'

export interface ConversationStore {
  /** Newest first; of those with the same time, in some fixed order. `before` is the last one of the previous page. */
  page(options: { before?: PagePosition; limit: number }): Promise<Conversation[]>
  /** Conversations in the order of their ids, from the one after `after` on: all of them in the fewest reads. */
  batch(options: { after?: ConversationId; limit: number }): Promise<Conversation[]>
  /** Undefined if there is none. */
  get(id: ConversationId): Promise<Conversation | undefined>
  /** Every message of a conversation, in no order. */
  messages(id: ConversationId): Promise<Message[]>
  /** Messages by their ids, as many as there are, in no order. */
  find(ids: readonly MessageId[]): Promise<Message[]>
  /** Changes a conversation's own record; returns it as it is then, or undefined if the conversation is gone. */
  update(id: ConversationId, change: ConversationChange): Promise<Conversation | undefined>
  /** Creates messages in one transaction with the conversation's record, which is created or takes over `updatedAt` and `leafId`. */
  append(conversation: Conversation, messages: readonly Message[]): Promise<void>
  /** Replaces a message: the reply so far, while it streams, or its end. */
  save(message: Message, durability: Durability): Promise<void>
  /** Removes messages, and takes over `updatedAt` and `leafId`, in one transaction; `append` puts them back. */
  removeMessages(conversation: Conversation, ids: readonly MessageId[]): Promise<void>
  /** Removes conversations and their messages, all or none; returns those that were there, so that they can be put back. */
  remove(ids: readonly ConversationId[]): Promise<RemovedConversation[]>
  /** Puts conversations with their messages in, all or none; what is there under the same ids is newer, and stays. */
  restore(removed: readonly RemovedConversation[]): Promise<void>
  /** Removes every conversation, message and draft. */
  clear(): Promise<void>
  /**
   * Looks for records that no list shows: conversations without a date, messages without their conversation, drafts of
   * deleted conversations. The first two get what they lack, the drafts are deleted.
   *
   * @returns whether anything was changed
   */
  mend(): Promise<boolean>
  /** Told of changes made by other tabs. Returns the way to stop being told. */
  onChange(listener: (change: Change) => void): () => void
}

export interface RemovedConversation {
  readonly conversation: Conversation
  readonly messages: readonly Message[]
}

/** What somebody has typed and not sent. */
export interface Draft {
  readonly text: string
  /** Long texts that were pasted, in order. */
  readonly pasted: readonly string[]
}

/** The key of the draft that holds the questions which wait for their turn in a conversation, as its pasted texts. */
export const queueKey = (conversation: string) => `queue/${conversation}`

/** Drafts for new chats: one for each tab in which somebody has typed one. `new` is what version 0.1.0 and one tab had. */
export const isNewKey = (key: string) => key === 'new' || key.startsWith('new/')

/** The key of the draft that puts a question into other words. */
export const editKey = ({ conversationId, id }: Pick<Message, 'conversationId' | 'id'>) =>
  `edit/${conversationId}/${id}`

/** The id of the conversation that a draft's key names, if it names one. */
export const conversationOf = (key: string) => /^(?:queue\/|edit\/)?([^/]+)/.exec(key)?.[1] ?? key

/** Drafts by what they are for: a conversation's id, or a key as above. */
export interface DraftStore {
  all(): Promise<ReadonlyMap<string, Draft>>
  /** Undefined deletes the draft. */
  put(key: string, draft: Draft | undefined): Promise<void>
}
