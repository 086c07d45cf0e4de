import { dictate, dictationSupport, installDictation, type DictationSupport } from '../../platform/dictation'

/** The reason that keeps a dictation from going on. */
type Problem =
  | { readonly kind: 'not-installed' }
  | { readonly kind: 'no-microphone' }
  /** @param reason Web Speech's own word */
  | { readonly kind: 'failed'; readonly reason: string }

/** Takes words from the microphone, recognised on this device. */
export class Dictation {
  support = $state<DictationSupport>('none')
  phase = $state<'idle' | 'installing' | 'listening'>('idle')
  /** The words understood so far, which may still change. */
  guess = $state('')
  problem = $state.raw<Problem>()
  readonly #language: string
  readonly #onWords: (words: string) => void
  #stop: (() => void) | undefined

  /** @param language as a BCP 47 tag @param onWords gets each piece once its words are final */
  constructor(language: string, onWords: (words: string) => void) {
    this.#language = language
    this.#onWords = onWords
    void dictationSupport(language).then((found) => (this.support = found))
  }

  /** Listens, after the browser has downloaded its files for the language. */
  async start(): Promise<void> {
    this.problem = undefined
    if (this.support === 'installable') {
      this.phase = 'installing'
      const installed = await installDictation(this.#language)
      this.phase = 'idle'
      if (!installed) {
        this.problem = { kind: 'not-installed' }
        return
      }
      this.support = 'ready'
    }
    this.phase = 'listening'
    this.#stop = dictate(this.#language, {
      onWords: this.#onWords,
      onGuess: (words) => (this.guess = words),
      onEnd: (reason) => {
        this.phase = 'idle'
        this.guess = ''
        this.#stop = undefined
        if (reason === 'not-allowed' || reason === 'audio-capture') this.problem = { kind: 'no-microphone' }
        else if (reason !== undefined) this.problem = { kind: 'failed', reason }
      },
    })
  }

  /** Stops listening; the last words still come. */
  stop(): void {
    this.#stop?.()
  }
}
