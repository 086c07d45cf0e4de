/**
 * The interface's texts, compiled from messages/*.json, and the choice of a language. All other modules import from
 * here, so that the language is known before the first text is asked for.
 */
import { preferredLanguages } from '../platform/browser-facts'
import { SettingsStore } from '../platform/settings-store'
import { matchLocale } from './match-locale'
import { m } from './paraglide/messages'
import { baseLocale, getLocale, isLocale, locales, overwriteGetLocale, type Locale } from './paraglide/runtime'

// Not the compiler's own strategy for localStorage, which fails where the browser blocks a site's data.
const store = new SettingsStore()
/** public/boot.js reads it before the first paint. */
const KEY = 'locale'
const stored = store.get(KEY)
let chosen: Locale = isLocale(stored) ? stored : (matchLocale(preferredLanguages(), locales) ?? baseLocale)
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
  store.set(KEY, locale)
  chosen = locale
}
