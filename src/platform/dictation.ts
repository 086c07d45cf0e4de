/** Whether a language can be recognised on this device: at once, after a download of its pack, or not at all. */
export type DictationSupport = 'ready' | 'installable' | 'none'

/** The part of Web Speech that is used. Not in TypeScript's DOM: https://webaudio.github.io/web-speech-api/ */
interface Recognition extends EventTarget {
  lang: string
  continuous: boolean
  interimResults: boolean
  processLocally?: boolean
  start(): void
  stop(): void
  abort(): void
}

interface RecognitionClass {
  new (): Recognition
  available?(options: { langs: string[]; processLocally: true }): Promise<string>
  install?(options: { langs: string[]; processLocally: true }): Promise<boolean>
}

interface ResultEvent extends Event {
  readonly resultIndex: number
  readonly results: ArrayLike<{ readonly isFinal: boolean; readonly 0?: { readonly transcript: string } }>
}

export interface DictationListener {
  /** Words that will not change any more. */
  readonly onWords: (words: string) => void
  /** The words understood so far, which may still change; empty when there are none. */
  readonly onGuess: (words: string) => void
  /** Told once. @param problem Web Speech's own word, such as `not-allowed`; undefined if it was ended on purpose */
  readonly onEnd: (problem: string | undefined) => void
}

const recognitionClass = () => (globalThis as { SpeechRecognition?: RecognitionClass }).SpeechRecognition

/** Only browsers that promise recognition on the device are asked: others send the speech to a server. */
export async function dictationSupport(language: string): Promise<DictationSupport> {
  const found = recognitionClass()
  if (!found?.available || !('processLocally' in found.prototype)) return 'none'
  try {
    const state = await found.available({ langs: [language], processLocally: true })
    if (state === 'available') return 'ready'
    return state === 'downloadable' || state === 'downloading' ? 'installable' : 'none'
  } catch {
    // A policy of the page may forbid it.
    return 'none'
  }
}

/** Lets the browser download the files for a language. @returns whether they are there now */
export async function installDictation(language: string): Promise<boolean> {
  try {
    return (await recognitionClass()?.install?.({ langs: [language], processLocally: true })) === true
  } catch {
    return false
  }
}

/**
 * Listens until it is stopped, or nobody speaks any more. @returns a function that stops it; the last words still come
 */
export function dictate(language: string, { onWords, onGuess, onEnd }: DictationListener): () => void {
  const Found = recognitionClass()
  if (!Found) {
    onEnd('service-not-allowed')
    return () => undefined
  }
  const recognition = new Found()
  recognition.lang = language
  recognition.continuous = true
  recognition.interimResults = true
  recognition.processLocally = true
  let problem: string | undefined
  recognition.addEventListener('result', (event) => {
    const { results, resultIndex } = event as ResultEvent
    let guess = ''
    for (const result of Array.from(results).slice(resultIndex)) {
      const words = result[0]?.transcript ?? ''
      if (result.isFinal) onWords(words)
      else guess += words
    }
    onGuess(guess)
  })
  recognition.addEventListener('error', (event) => {
    const { error } = event as Event & { error?: string }
    if (error !== 'aborted' && error !== 'no-speech') problem = error ?? 'unknown'
  })
  recognition.addEventListener('end', () => {
    onEnd(problem)
  })
  recognition.start()
  return () => {
    recognition.stop()
  }
}
