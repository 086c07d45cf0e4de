type Callback = (...values: unknown[]) => void

/** The realm's timers; a text in place of a callback is left to the browser and not counted. */
interface Timers {
  setTimeout: (callback: Callback | string, delay?: number, ...values: unknown[]) => number
  setInterval: (callback: Callback | string, delay?: number, ...values: unknown[]) => number
  clearTimeout: (id?: number) => void
  clearInterval: (id?: number) => void
}

/**
 * Counts the timers that the script sets, by replacing the realm's functions.
 *
 * @returns a function whose promise is fulfilled when no timer is left for good, also none that promises set later
 */
export function trackTimers(realm: Timers = globalThis): () => Promise<void> {
  const pending = new Set<number>()
  const { setTimeout, setInterval, clearTimeout } = realm
  let wake = () => {}
  const settled = () => {
    // Runs after the microtasks of the callback that has just ended, because they may set another timer.
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
