import type { ConversationId, MessageId } from '../shared/ids'
import type { SnippetPart } from './snippet'

export interface SearchQuery {
  /** Words, all of which must occur; text in quotation marks must occur exactly. */
  readonly text: string
  /** Whether thoughts are looked through, too. */
  readonly thoughts: boolean
  /** Only replies of this model, and their questions. */
  readonly modelId?: string
  /** Finds only messages written from this time on, or up to `to`; ms since the epoch. */
  readonly from?: number
  readonly to?: number
}

export interface SearchHit {
  readonly conversationId: ConversationId
  /** Undefined if the title was found. */
  readonly messageId?: MessageId
  readonly part: 'title' | 'question' | 'answer' | 'thought'
  /** Of its conversation. */
  readonly title: string
  /** ms since the epoch */
  readonly at: number
  readonly snippet: readonly SnippetPart[]
}

export interface SearchAnswer {
  /** The best first. */
  readonly hits: readonly SearchHit[]
  /** How many messages and titles match. */
  readonly total: number
  /** Whether everything that is indexed has been looked through. */
  readonly complete: boolean
}

/** The progress of the index. */
export interface IndexProgress {
  /** Conversations. */
  readonly done: number
  readonly total: number
  /** Ids of models that wrote indexed text, in order. */
  readonly models: readonly string[]
}

/** Finds messages and titles among all stored conversations. */
export interface Search {
  /** Told of answers, which may come in parts; a later query ends an earlier one. */
  search(query: SearchQuery, onAnswer: (answer: SearchAnswer) => void): void
  /** Told of the index's progress, and when the index is not available. Returns a function that ends this. */
  onProgress(listener: (progress: IndexProgress | 'failed') => void): () => void
}
