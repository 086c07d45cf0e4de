import type { Inline, WrapKind } from '../blocks'
import type { Delimiter } from './delimiters'
import { toTree, type InlineToken, type Opener } from './inline-tree'

/** The tokens of a text so far, and the brackets and tags that wait for their end. */
export class InlineTokens {
  #tokens: InlineToken[] = []
  #openers: Opener[] = []

  get openers(): readonly Opener[] {
    return this.#openers
  }

  push(node: Inline): void {
    this.#tokens.push({ type: 'node', node })
  }

  pushText(text: string): void {
    this.push({ kind: 'text', text })
  }

  pushDelimiter(delimiter: Delimiter): void {
    this.#tokens.push(delimiter)
  }

  /** Takes back the text that was pushed last. @returns it, or an empty text if the last token was none */
  takeText(): string {
    const last = this.#tokens.at(-1)
    if (last?.type !== 'node' || last.node.kind !== 'text') return ''
    this.#tokens.pop()
    return last.node.text
  }

  openBracket(at: number, text: '[' | '!['): void {
    this.#open({ type: 'opener', at, text, kind: undefined, isImage: text === '![', isActive: true })
  }

  openTag(at: number, text: string, kind: WrapKind): void {
    this.#open({ type: 'opener', at, text, kind, isImage: false, isActive: true })
  }

  #open(opener: Opener): void {
    this.#tokens.push(opener)
    this.#openers.push(opener)
  }

  /** Takes the last waiting bracket; openers within it stop waiting, too. */
  closeBracket(): Opener | undefined {
    return this.#closeLast((opener) => opener.kind === undefined)
  }

  /** Ends the last tag of a kind. @returns whether there was one */
  closeTag(kind: WrapKind): boolean {
    const opener = this.#closeLast((other) => other.kind === kind)
    if (opener) this.push({ kind, children: this.takeFrom(opener) })
    return opener !== undefined
  }

  #closeLast(isWanted: (opener: Opener) => boolean): Opener | undefined {
    const index = this.#openers.findLastIndex(isWanted)
    const opener = this.#openers[index]
    if (opener) this.#openers.length = index
    return opener
  }

  /** Removes an opener and the tokens behind it. @returns these tokens as a tree */
  takeFrom(opener: Opener): Inline[] {
    return toTree(this.#tokens.splice(this.#tokens.indexOf(opener)).slice(1), false).inlines
  }

  /** Within a link no other link begins. */
  forbidLinksAround(): void {
    for (const opener of this.#openers) if (!opener.isImage && opener.kind === undefined) opener.isActive = false
  }

  /** @param isOpen whether the text is still being written, so that what is open counts as closed at its end */
  finish(isOpen: boolean): { inlines: Inline[]; waiting: { readonly at: number }[] } {
    if (isOpen)
      for (const opener of this.#openers.toReversed())
        if (opener.kind !== undefined) this.push({ kind: opener.kind, children: this.takeFrom(opener) })
    const { inlines, open } = toTree(this.#tokens, isOpen)
    return { inlines, waiting: [...open, ...this.#openers] }
  }
}
