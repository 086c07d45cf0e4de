import highlightWorkerUrl from '../highlight/highlight-worker?worker&url'
import { Highlighter } from '../highlight/highlighter'
import { offerDownload } from '../platform/files'
import { trustedScriptUrl } from '../platform/trusted'

/** How blocks of code are shown, all alike, until the page is closed; and what their buttons do. */
class CodeView {
  wrap = $state(false)
  numbers = $state(false)
  /** Its worker is started with the first text that it is given. */
  readonly highlighter = new Highlighter(
    () => new Worker(trustedScriptUrl(highlightWorkerUrl), { type: 'module', name: 'highlight' }),
  )

  /** Offers a text as a file. */
  save(text: string, name: string): void {
    // Called text, a Dockerfile would become Dockerfile.txt.
    offerDownload(new Blob([text], { type: 'application/octet-stream' }), name)
  }
}

/** Not built by app/compose.ts: it is loaded with the first answer, and no sooner. */
export const codeView = new CodeView()
