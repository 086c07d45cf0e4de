type Callback = (...values: unknown[]) => void

/** The realm's timers; a text in place of a callback is left to the browser and not counted. */
interface Timers {
  setTimeout: (callback: Callback | string, delay?: number, ...values: unknown[]) => number
  setInterval: (callback: Callback | string, delay?: number, ...values: unknown[]) => number
  clearTimeout: (id?: number) => void
  clearInterval: (id?: number) => void
}

/**
 * Keeps count of the timers that the script sets, by putting other functions in the place of the realm's.
 *
 * @returns a function whose promise is fulfilled when none is left, for good: what promises set in turn is waited for
 */
export function trackTimers(realm: Timers = globalThis): () => Promise<void> {
  const pending = new Set<number>()
  const { setTimeout, setInterval, clearTimeout } = realm
  let wake = () => {}
  const settled = () => {
    // Behind the microtasks of the callback that has just ended: they may set another timer.
    setTimeout(() => {
      if (pending.size === 0) wake()
    }, 0)
  }
  realm.setTimeout = (callback, delay, ...values) => {
    if (typeof callback === 'string') return setTimeout(callback, delay)
    const id = setTimeout(() => {
      pending.delete(id)
      settled()
      callback(...values)
    }, delay)
    pending.add(id)
    return id
  }
  realm.setInterval = (callback, delay, ...values) => {
    const id = setInterval(callback, delay, ...values)
    pending.add(id)
    return id
  }
  realm.clearTimeout = realm.clearInterval = (id) => {
    clearTimeout(id)
    if (id !== undefined && pending.delete(id)) settled()
  }
  return () =>
    new Promise((resolve) => {
      wake = resolve
      settled()
    })
}
