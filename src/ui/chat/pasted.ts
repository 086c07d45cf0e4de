/** A text of more UTF-16 units than this is shown in short. */
const LONG = 2500

/** Whether a text is so long that it would push all else out of view. */
export function isLong(text: string): boolean {
  return text.length > LONG
}

/** The question that is sent: the typed text, and after it the pasted texts. */
export function questionWith(typed: string, pasted: readonly string[]): string {
  return [typed, ...pasted].filter((part) => part.trim() !== '').join('\n\n')
}
