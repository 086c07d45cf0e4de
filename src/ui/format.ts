/** Numbers as people read them, through Intl, in a BCP 47 language. */
export class Format {
  readonly #locale: string

  constructor(locale: string) {
    this.#locale = locale
  }

  /** @param value 0..1 */
  percent(value: number): string {
    return this.#number(value, { style: 'percent', maximumFractionDigits: 0 })
  }

  /** Decimal megabytes, or gigabytes from a thousand on, as download sizes are given. */
  bytes(count: number): string {
    const large = count >= 999.95e6
    return this.#number(count / (large ? 1e9 : 1e6), {
      style: 'unit',
      unit: large ? 'gigabyte' : 'megabyte',
      unitDisplay: 'short',
      maximumFractionDigits: large ? 2 : 1,
    })
  }

  /** The same, but kilobytes below a megabyte, because stored data may be small. */
  size(count: number): string {
    if (count >= 1e6) return this.bytes(count)
    return this.#number(Math.ceil(count / 1000), { style: 'unit', unit: 'kilobyte', unitDisplay: 'short' })
  }

  /** A number of parameters: 1.8B, 18亿. */
  compact(value: number): string {
    return this.#number(value, { notation: 'compact', maximumFractionDigits: 1 })
  }

  /** Whole seconds from ten on, tenths below, minutes from a minute on. */
  duration(ms: number): string {
    const seconds = ms / 1000
    const unit = (value: number, name: string, digits: number) =>
      this.#number(value, {
        style: 'unit',
        unit: name,
        unitDisplay: 'narrow',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      })
    if (seconds < 9.95) return unit(seconds, 'second', 1)
    const whole = Math.round(seconds)
    if (whole < 60) return unit(whole, 'second', 0)
    const minutes = Math.floor(whole / 60)
    if (minutes < 60) return `${unit(minutes, 'minute', 0)} ${unit(whole % 60, 'second', 0)}`
    return `${unit(Math.floor(minutes / 60), 'hour', 0)} ${unit(minutes % 60, 'minute', 0)}`
  }

  /** A day and a time. @param at ms since the epoch */
  moment(at: number): string {
    return new Intl.DateTimeFormat(this.#locale, { dateStyle: 'medium', timeStyle: 'short' }).format(at)
  }

  count(value: number): string {
    return this.#number(value, {})
  }

  /** @param perSecond a rate: one decimal below ten */
  rate(perSecond: number): string {
    // Not "0": a slow rate is not zero.
    if (perSecond > 0 && perSecond < 0.05) return `< ${this.#number(0.1, { maximumFractionDigits: 1 })}`
    return this.#number(perSecond, { maximumFractionDigits: perSecond < 10 ? 1 : 0 })
  }

  #number(value: number, options: Intl.NumberFormatOptions): string {
    return new Intl.NumberFormat(this.#locale, options).format(value)
  }
}
