/** Whether a text begins with an earlier one. Not `startsWith`: for 50 kB that takes V8 over a millisecond, this microseconds. */
export function continues(text: string, earlier: string): boolean {
  return text.slice(0, earlier.length) === earlier
}
