import type { PreviewKind } from '../render/previewable'

/** The message of preview.html to the page that shows it, once it listens. */
export const READY = 'thinktab:preview-ready'

/** The page's answer, with a port for all further messages. */
export interface Start {
  readonly kind: PreviewKind
  readonly text: string
}

/** Page, or frame, to content: are you there? Only the content's own thread answers, with `alive`. */
export const PING = 'ping'

/** `value` is the result of a script; `blocked` is the address of something that the policy refused. */
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
