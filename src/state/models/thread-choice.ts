import * as v from 'valibot'
import { threadsFor, type ThreadFacts } from '../../engine/wllama/threads'
import type { SettingsStore } from '../../platform/settings-store'

const KEY = 'thread-rates'
/**
 * Bytes of weights a second below which one thread is tried too: llama.cpp's threads wait spinning, and lose on a busy
 * machine.
 */
const SUSPICIOUS_RATE = 750e6
/** The weight of a new measurement beside the earlier ones. */
const WEIGHT = 0.5
/** With fewer tokens the rate means little. */
const FEWEST_TOKENS = 16

const ratesSchema = v.record(v.string(), v.pipe(v.number(), v.minValue(0)))

/**
 * The number of threads of llama.cpp: as many as there are cores at first, then the number that was measured to be
 * faster here.
 */
export class ThreadChoice {
  readonly #store: SettingsStore
  readonly #facts: () => ThreadFacts
  /** For the model that was loaded last. */
  #loaded: { readonly threads: number; readonly bytes: number } | undefined

  constructor(store: SettingsStore, facts: () => ThreadFacts) {
    this.#store = store
    this.#facts = facts
  }

  /** Threads for a model of this many bytes, which is loaded now. */
  forModel(bytes: number): number {
    const most = threadsFor(bytes, this.#facts())
    const rates = this.#rates()
    const [several, one] = [rates[String(most)], rates['1']]
    const tryOne = several !== undefined && several < SUSPICIOUS_RATE && (one === undefined || one > several)
    const threads = most > 1 && tryOne ? 1 : most
    this.#loaded = { threads, bytes }
    return threads
  }

  /** Records the rate of a reply. @param ms for decoding these tokens */
  measured(tokens: number, ms: number): void {
    if (!this.#loaded || tokens < FEWEST_TOKENS || ms <= 0) return
    const { threads, bytes } = this.#loaded
    const rates = this.#rates()
    const rate = (bytes * tokens * 1000) / ms
    const before = rates[String(threads)] ?? rate
    rates[String(threads)] = before + WEIGHT * (rate - before)
    this.#store.set(KEY, JSON.stringify(rates))
  }

  /** The facts about the processor: threads for a large model, and bytes of weights a second, if they were measured. */
  get facts(): { readonly threads: number; readonly bytesPerSecond: number | undefined } {
    const rates = Object.values(this.#rates())
    return {
      threads: threadsFor(Infinity, this.#facts()),
      bytesPerSecond: rates.length > 0 ? Math.max(...rates) : undefined,
    }
  }

  /** Bytes of weights a second, by the number of threads; unreadable values count as absent. */
  #rates(): Record<string, number> {
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), ratesSchema), this.#store.get(KEY))
    return read.success ? { ...read.output } : {}
  }
}
