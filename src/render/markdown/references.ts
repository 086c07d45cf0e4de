import type { Inline } from '../blocks'
import { normalLabel } from './links'

/**
 * The definitions of a text. A definition may stand below its references: if a label was asked for too early, the text
 * is read again.
 */
export class References {
  readonly #destinations = new Map<string, string>()
  /** Labels of footnotes in the order of their definitions. */
  readonly #footnotes: string[] = []
  readonly #missed = new Set<string>()
  #isStale = false

  /** Whether a text was read that is a reference by now. */
  get isStale(): boolean {
    return this.#isStale
  }

  /** The text is about to be read again, with the definitions known by now. */
  startAgain(): void {
    this.#missed.clear()
    this.#isStale = false
  }

  /** @param label as {@link normalLabel} gives it; of several definitions the first counts */
  define(label: string, destination: string): void {
    if (this.#destinations.has(label)) return
    this.#destinations.set(label, destination)
    this.#isStale ||= this.#missed.has(label)
  }

  defineFootnote(name: string): void {
    const label = normalLabel(name)
    if (this.#footnotes.includes(label)) return
    this.#footnotes.push(label)
    this.#isStale ||= this.#missed.has(`^${label}`)
  }

  destination(label: string): string | undefined {
    const destination = this.#destinations.get(label)
    if (destination === undefined) this.#missed.add(label)
    return destination
  }

  footnote(name: string): Inline | undefined {
    const label = normalLabel(name)
    const index = this.#footnotes.indexOf(label)
    if (index === -1) this.#missed.add(`^${label}`)
    return index === -1 ? undefined : { kind: 'footnote', label, number: index + 1 }
  }

  /** A footnote without a definition yet gets the next number. */
  footnoteNumber(name: string): number {
    const index = this.#footnotes.indexOf(normalLabel(name))
    return (index === -1 ? this.#footnotes.length : index) + 1
  }
}
