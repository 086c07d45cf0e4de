/**
 * The first wanted language that has a catalogue, or undefined. Only the language subtag counts (BCP 47, "zh-Hant-TW"
 * -> "zh"). With one catalogue for each language, 简体中文 serves a reader of any Chinese better than English.
 *
 * @param wanted BCP 47 tags, best first, as in `navigator.languages`; malformed ones are passed over
 * @param available the locales of the catalogues
 */
export function matchLocale<L extends string>(wanted: readonly string[], available: readonly L[]): L | undefined {
  for (const tag of wanted) {
    const language = languageOf(tag)
    const match = language && available.find((locale) => languageOf(locale) === language)
    if (match) return match
  }
  return undefined
}

function languageOf(tag: string): string | undefined {
  try {
    return new Intl.Locale(tag).language
  } catch {
    return undefined // RangeError: not a BCP 47 tag (some browsers report "C" or "en_US")
  }
}
