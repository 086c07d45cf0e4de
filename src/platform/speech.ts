/** Voices of this device: others send the text to a server. None where the browser cannot speak. */
export function localVoices(): readonly SpeechSynthesisVoice[] {
  return (
    speech()
      ?.getVoices()
      .filter(({ localService }) => localService) ?? []
  )
}

/** Told when the list of voices changes: browsers load them late. @returns a function that ends this */
export function onVoices(listener: () => void): () => void {
  const synthesis = speech()
  synthesis?.addEventListener('voiceschanged', listener)
  return () => synthesis?.removeEventListener('voiceschanged', listener)
}

/**
 * Speaks passages one after the other and ends any earlier speech. `onEnd` is called once, also when the speech is
 * stopped.
 */
export function speak(passages: readonly string[], voice: SpeechSynthesisVoice, onEnd: () => void): void {
  stopSpeaking()
  passages.forEach((passage, index) => {
    const utterance = new SpeechSynthesisUtterance(passage)
    utterance.voice = voice
    utterance.lang = voice.lang
    utterance.onerror = onEnd
    if (index === passages.length - 1) utterance.onend = onEnd
    speech()?.speak(utterance)
  })
}

export function stopSpeaking(): void {
  speech()?.cancel()
}

/** Some browsers go on speaking after the page is gone. */
globalThis.addEventListener('pagehide', stopSpeaking)

const speech = () => (globalThis as { speechSynthesis?: SpeechSynthesis }).speechSynthesis
