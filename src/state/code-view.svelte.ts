import highlightWorkerUrl from '../highlight/highlight-worker?worker&url'
import { Highlighter } from '../highlight/highlighter'
import { offerDownload } from '../platform/files'
import { SettingsStore } from '../platform/settings-store'
import { startWorker } from '../platform/start-worker'
import { Choice } from './choice.svelte'

/** How blocks of code are shown, all alike, and what their buttons do. */
class CodeView {
  readonly lines
  readonly numbers
  /** Its worker is started with the first text that it is given. */
  readonly highlighter = new Highlighter(() => startWorker(highlightWorkerUrl, 'highlight'))

  constructor(store: SettingsStore) {
    this.lines = new Choice(store, 'code-lines', ['long', 'wrapped'])
    this.numbers = new Choice(store, 'code-numbers', ['off', 'on'])
  }

  /** Offers a text as a file. */
  save(text: string, name: string): void {
    // Called text, a Dockerfile would become Dockerfile.txt.
    offerDownload(new Blob([text], { type: 'application/octet-stream' }), name)
  }
}

/** Not built by app/compose.ts: it is loaded with the first answer, and no sooner. */
export const codeView = new CodeView(new SettingsStore())
