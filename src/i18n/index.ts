/**
 * The interface's texts, compiled from messages/*.json, and the choice of a language. All other modules import from
 * here, so that the browser strategy is defined before the first text is asked for.
 */
import { preferredLanguages } from '../platform/browser-facts'
import { matchLocale } from './match-locale'
import { m } from './paraglide/messages'
import {
  defineCustomClientStrategy,
  getLocale,
  locales,
  overwriteGetLocale,
  setLocale,
  type Locale,
} from './paraglide/runtime'

defineCustomClientStrategy('custom-browser', {
  getLocale: () => matchLocale(preferredLanguages(), locales),
  // The person's choice is kept by the localStorage strategy; the browser's own list cannot be set.
  setLocale: () => undefined,
})

/** Found once: each text asks for it, and the strategies would read localStorage each time. */
let chosen = getLocale()
overwriteGetLocale(() => chosen)

export { getLocale, m }
export { isLocale, type Locale } from './paraglide/runtime'

/** The languages that there is a catalogue for, as BCP 47 tags. */
export const LOCALES: readonly Locale[] = locales

/** A language's name in that language. */
export function nameOf(locale: Locale): string {
  return m.language_name({}, { locale })
}

/** Chooses the language of later texts and keeps the choice. Texts on screen do not change by themselves. */
export function chooseLocale(locale: Locale): void {
  void setLocale(locale, { reload: false })
  chosen = locale
}
