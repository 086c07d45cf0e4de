/** How far back a rate looks, in ms: long enough to be steady, short enough to notice a slow line. */
const WINDOW_MS = 8000

/** Bytes per second over the last seconds, from totals as they are reported. */
export class TransferRate {
  #samples: { readonly at: number; readonly bytes: number }[] = []

  /** @param bytes in all, so far @param now in ms */
  add(bytes: number, now: number): void {
    // Bytes thrown away and fetched again are no progress, and they do not make the rate negative.
    if (bytes < (this.#samples.at(-1)?.bytes ?? 0)) this.#samples = []
    this.#samples.push({ at: now, bytes })
    while (this.#samples.length > 2 && now - (this.#samples[1]?.at ?? now) >= WINDOW_MS) this.#samples.shift()
  }

  /** Undefined until there are enough reports. */
  get bytesPerSecond(): number | undefined {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (!first || !last || last.at - first.at < 1000) return undefined
    return ((last.bytes - first.bytes) / (last.at - first.at)) * 1000
  }
}
