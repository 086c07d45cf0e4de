import highlightWorkerUrl from '../highlight/highlight-worker?worker&url'
import { Highlighter } from '../highlight/highlighter'
import { offerDownload } from '../platform/files'
import { SettingsStore } from '../platform/settings-store'
import { startWorker } from '../platform/start-worker'
import { Choice } from './choice.svelte'

/** The common view of all blocks of code, and the actions of their buttons. */
class CodeView {
  readonly lines
  readonly numbers
  /** The worker starts with the first text. */
  readonly highlighter = new Highlighter(() => startWorker(highlightWorkerUrl, 'highlight'))

  constructor(store: SettingsStore) {
    this.lines = new Choice(store, 'code-lines', ['long', 'wrapped'])
    this.numbers = new Choice(store, 'code-numbers', ['off', 'on'])
  }

  /** Offers a text as a file. */
  save(text: string, name: string): void {
    // With the type text, a Dockerfile would become Dockerfile.txt.
    offerDownload(new Blob([text], { type: 'application/octet-stream' }), name)
  }
}

/** Not built by app/compose.ts, because it is loaded with the first answer, and no sooner. */
export const codeView = new CodeView(new SettingsStore())
