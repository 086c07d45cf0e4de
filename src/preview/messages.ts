import type { PreviewKind } from '../render/previewable'

/** What preview.html says to the page that shows it, once it listens. */
export const READY = 'thinktab:preview-ready'

/** What the page answers, with a port: everything else goes through that. */
export interface Start {
  readonly kind: PreviewKind
  readonly text: string
}

/** Page, or frame, to content: are you there? Only the content's own thread answers, with `alive`. */
export const PING = 'ping'

/** `value` is what a script ends in; `blocked` is the address of something that the policy refused. */
export type Level = 'log' | 'warn' | 'error' | 'value' | 'blocked'

export interface Line {
  readonly type: 'line'
  readonly level: Level
  readonly text: string
  /** In the code, from 1. */
  readonly at?: number
}

/** Content to page. */
export type ContentMessage =
  | Line
  | { readonly type: 'cut' | 'alive' | 'finished' }
  /** CSS pixels that the content wants. */
  | { readonly type: 'height'; readonly height: number }

/** Frame to page; `content` comes with the port to a script's worker. */
export type FrameMessage = ContentMessage | { readonly type: 'content' | 'left' | 'flood' }
