/** The worker that colours code: highlight.js through lowlight, which gives a tree and no HTML. */
import { createLowlight } from 'lowlight'
import { keepLedger } from '../platform/keep-ledger'
import { serve } from '../platform/rpc'
import { grammars } from './grammars-common'
import type { HighlightProcedures } from './highlight-protocol'
import { roleOf } from './roles'
import { changedRuns, toRuns, type TreeNode } from './runs'

const lowlight = createLowlight(grammars)

/** The last answer that the page has. */
let last: { readonly key: number; readonly runs: Uint16Array } | undefined

keepLedger('page')
serve<HighlightProcedures>({
  colour: async ({ key, grammar, text }, { report, transfer }) => {
    if (!lowlight.registered(grammar)) lowlight.register((await import('./grammars-more')).grammars)
    report('begun')
    const start = performance.now()
    const tree = lowlight.highlight(grammar, text, { prefix: '' })
    // Of hast's nodes lowlight makes only elements and texts.
    const runs = toRuns(tree.children as readonly TreeNode[], roleOf)
    const changed = changedRuns(runs, last?.key === key ? last.runs : new Uint16Array())
    last = { key, runs }
    if (changed) transfer.push(changed.runs.buffer)
    return { ms: performance.now() - start, changed }
  },
})
