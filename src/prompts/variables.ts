const VARIABLE = /\{\{\s*([^{}\n]{1,60}?)\s*\}\}/g

/** The names between double braces, in their order, each once. */
export function variablesOf(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(VARIABLE), ([, name = '']) => name))]
}

/**
 * A prompt with its variables replaced by the typed values. A variable with a blank value stays, to be filled in later;
 * braces in a value are text.
 */
export function fillIn(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(VARIABLE, (whole, name: string) => {
    const value = values.get(name) ?? ''
    return value.trim() === '' ? whole : value
  })
}
