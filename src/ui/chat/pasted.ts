/** A text of more UTF-16 units than this is shown in short. */
const LONG = 2500

/** Whether a text is so long that it would push everything else out of view. */
export function isLong(text: string): boolean {
  return text.length > LONG
}

/** The question that is sent: what was typed, and after it what was pasted beside it. */
export function questionWith(typed: string, pasted: readonly string[]): string {
  return [typed, ...pasted].filter((part) => part.trim() !== '').join('\n\n')
}
