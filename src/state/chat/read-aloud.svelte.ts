import { localVoices, onVoices, speak, stopSpeaking } from '../../platform/speech'
import { spokenLanguage, spokenPassages } from '../../render/spoken-text'

/** Reads answers aloud with voices of this device, one at a time. */
class ReadAloud {
  /** The key of the text that is being read; undefined while none is. */
  reading = $state<string>()
  /** The present reading: events of an earlier one are ignored. */
  #run: object | undefined
  #voices = $state.raw<readonly SpeechSynthesisVoice[]>([])

  constructor() {
    this.#voices = localVoices()
    onVoices(() => {
      this.#voices = localVoices()
    })
  }

  /** Whether there is a voice for the language of a text, and more than code in it. */
  canRead(text: string): boolean {
    const isCode = text.replaceAll(/```[^]*?(?:```|$)/g, '').trim() === ''
    return !isCode && this.#voiceFor(text) !== undefined
  }

  /** @param key of the text to read @param text Markdown */
  read(key: string, text: string): void {
    const voice = this.#voiceFor(text)
    const passages = spokenPassages(text)
    if (!voice || passages.length === 0) return
    this.stop()
    const run = {}
    this.#run = run
    this.reading = key
    speak(passages, voice, () => {
      if (this.#run === run) this.reading = undefined
    })
  }

  stop(): void {
    this.#run = undefined
    this.reading = undefined
    stopSpeaking()
  }

  /** For Chinese a Mandarin voice, if there is one; among several, the one that the system prefers. */
  #voiceFor(text: string): SpeechSynthesisVoice | undefined {
    const language = spokenLanguage(text)
    const voices = this.#voices.filter(({ lang }) => lang.toLowerCase().startsWith(language))
    const mandarin = voices.filter(({ lang }) => /^zh[-_](?:cn|hans)/i.test(lang))
    const choice = mandarin.length > 0 ? mandarin : voices
    return choice.find((voice) => voice.default) ?? choice[0]
  }
}

/** Not built by app/compose.ts, because it is loaded with the first answer, and no sooner. */
export const readAloud = new ReadAloud()
