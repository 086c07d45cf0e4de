import type { Block } from '../render/blocks'
import { escapeHtml } from './html-blocks'

/** A stretch of code; `role` is a name of src/highlight/roles.ts, present if the stretch has a colour. */
export interface CodePiece {
  readonly text: string
  readonly role?: string
}

/** A fence of an answer. */
export type CodeBlock = Extract<Block, { kind: 'code' }>

/** Colours a text in the language that a fence names; undefined if it stays plain. */
export type Colour = (language: string, text: string) => Promise<readonly CodePiece[] | undefined>

/** Every fence among these blocks and below them. */
export function* fencesIn(blocks: readonly Block[]): Generator<CodeBlock> {
  for (const block of blocks)
    if (block.kind === 'code') yield block
    else if (block.kind === 'quote' || block.kind === 'details') yield* fencesIn(block.blocks.flat())
    else if (block.kind === 'list') for (const item of block.items.flat()) yield* fencesIn(item.blocks.flat())
    else if (block.kind === 'footnotes') for (const note of block.notes) yield* fencesIn(note.blocks.flat())
}

/** Pieces of code as HTML. */
export const codeHtml = (pieces: readonly CodePiece[]): string =>
  pieces
    .map(({ text, role }) =>
      role === undefined ? escapeHtml(text) : `<span class="code-${role}">${escapeHtml(text)}</span>`,
    )
    .join('')
