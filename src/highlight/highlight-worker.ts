/** The worker that colours code: highlight.js through lowlight, which gives a tree and no HTML. */
import { createLowlight } from 'lowlight'
import { grammars } from './grammars-common'
import type { FromHighlight, ToHighlight } from './highlight-protocol'
import { roleOf } from './roles'
import { changedRuns, toRuns, type TreeNode } from './runs'

const lowlight = createLowlight(grammars)

/** What the page has of the last text. */
let last: { readonly key: number; readonly runs: Uint16Array } | undefined

async function colour({ key, grammar, text }: ToHighlight): Promise<FromHighlight> {
  if (!lowlight.registered(grammar)) lowlight.register((await import('./grammars-more')).grammars)
  post({ type: 'begun' })
  const start = performance.now()
  const tree = lowlight.highlight(grammar, text, { prefix: '' })
  // Of hast's nodes lowlight makes only elements and texts.
  const runs = toRuns(tree.children as readonly TreeNode[], roleOf)
  const changed = changedRuns(runs, last?.key === key ? last.runs : new Uint16Array())
  last = { key, runs }
  return { type: 'done', ms: performance.now() - start, changed }
}

function post(message: FromHighlight): void {
  const sent = message.type === 'done' ? message.changed?.runs.buffer : undefined
  self.postMessage(message, sent ? { transfer: [sent] } : {})
}

self.onmessage = ({ data }: MessageEvent<ToHighlight>) => {
  void colour(data)
    .catch((): FromHighlight => ({ type: 'failed' }))
    .then(post)
}
