import type { ChatTemplate } from '../shared/chat-template'
import type { ErrorRecord } from '../shared/errors'
import type { GgufFacts } from './facts'

/** A GGUF file that can be asked: what it says of itself, and how a conversation is written down for it. */
export interface GgufModel {
  readonly facts: GgufFacts
  readonly template: ChatTemplate
  /** Whether it thinks before it answers. */
  readonly thinks: boolean
}

/** To the worker: look at this file, or at its beginning. It is asked once. */
export interface ToGguf {
  readonly file: Blob
  /** Of the whole file, in bytes. */
  readonly size: number
}

/** From the worker. */
export type FromGguf =
  /** The header is read; from here on the file's own program, its template, may take long. */
  | { readonly type: 'read' }
  /** The header is longer than what is at hand, and goes on at least up to here. */
  | { readonly type: 'more'; readonly upTo: number }
  | { readonly type: 'done'; readonly model: GgufModel }
  | { readonly type: 'failed'; readonly error: ErrorRecord }
