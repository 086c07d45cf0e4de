import type { Call } from '../platform/rpc'
import type { ChatTemplate } from '../shared/chat-template'
import type { GgufFacts } from './facts'

/** A GGUF file with a model that can be asked: its facts, and its chat template. */
export interface GgufModel {
  readonly facts: GgufFacts
  readonly template: ChatTemplate
  /** Whether it thinks before it answers. */
  readonly thinks: boolean
}

/** The procedure of the worker; it reads one file, once. */
export interface GgufProcedures {
  /**
   * Looks at a file, or at its beginning; `size` is the length of the whole file, in bytes. Reports when the header is
   * read: the file's own program, its template, may take long from then on.
   *
   * @returns the facts of the file, or where the header is longer than the part at hand, the least number of bytes that
   * it needs
   */
  inspect(asked: { readonly file: Blob; readonly size: number }, call: Call<'read'>): Promise<GgufModel | number>
}
