import { m } from '../../i18n'
import type { Line } from '../../preview/messages'
import type { PreviewProblem, PreviewRun } from '../../state/preview-run.svelte'

/** A line of a preview's output as it is shown. */
export function lineText({ level, text, at }: Line): string {
  if (level === 'value') return `→ ${text}`
  if (level === 'blocked') return m.preview_blocked({ address: text })
  return at === undefined ? text : m.preview_at({ text, line: at })
}

export function stateText(state: PreviewRun['state']): string {
  switch (state) {
    case 'opening':
      return m.preview_opening()
    case 'running':
      return m.preview_running()
    case 'finished':
      return m.preview_finished()
    case 'stopped':
      return m.preview_stopped()
    case 'failed':
      return m.preview_failed()
  }
}

/** The sentence for a problem of a preview: what happened and what to do. */
export function problemText(problem: PreviewProblem | undefined): string | undefined {
  switch (problem) {
    case 'busy':
      return m.preview_busy()
    case 'flood':
      return m.preview_flood()
    case 'left':
      return m.preview_left()
    case 'long':
      return m.preview_long()
    case 'unopened':
      return m.preview_unopened()
    case undefined:
      return undefined
  }
}
