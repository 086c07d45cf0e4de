import { toAppError } from '../shared/errors'

/**
 * Runs `task` while no other tab of this site runs one under the same name. Without Web Locks (a page on plain http, or one
 * that may store nothing) it runs at once.
 *
 * @throws the signal's reason when it is aborted while waiting; what `task` throws
 */
export async function withLock<T>(name: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
  const locks = webLocks()
  if (!locks) return await task()
  const state = { granted: false }
  try {
    return await locks.request(name, { signal }, () => {
      state.granted = true
      return task()
    })
  } catch (error) {
    if (state.granted || !isRefusal(error)) throw error
    return await task()
  }
}

/**
 * Waits until nobody, here or in another tab, holds the lock; a tab that is closed or crashes holds none.
 *
 * @param onWait told if another holder has it now
 */
export async function whenUnlocked(name: string, onWait: () => void): Promise<void> {
  const locks = webLocks()
  if (!locks) return
  try {
    if (!(await isLocked(name))) return
    onWait()
    await locks.request(name, { mode: 'shared' }, () => undefined)
  } catch (error) {
    if (!isRefusal(error)) throw error
  }
}

/** Whether somebody, here or in another tab, holds the lock; undefined if that cannot be known. */
export async function isLocked(name: string): Promise<boolean | undefined> {
  try {
    return await webLocks()?.request(name, { mode: 'shared', ifAvailable: true }, (lock) => lock === null)
  } catch (error) {
    if (!isRefusal(error)) throw error
    return undefined
  }
}

/**
 * Waits until nobody, here or in another tab, holds a lock whose name begins so. Where that cannot be known it does not wait.
 *
 * @param onWait told if somebody holds one now
 */
export async function whenNoneLocked(prefix: string, onWait: () => void): Promise<void> {
  for (;;) {
    const [name] = await heldNames(prefix)
    if (name === undefined) return
    onWait()
    await whenUnlocked(name, () => undefined)
  }
}

/** Names, beginning so, of the locks that somebody holds, here or in another tab; none where that cannot be known. */
export async function heldNames(prefix: string): Promise<readonly string[]> {
  try {
    const { held = [] } = (await webLocks()?.query()) ?? {}
    return held.map(({ name = '' }) => name).filter((name) => name.startsWith(prefix))
  } catch (error) {
    if (!isRefusal(error)) throw error
    return []
  }
}

/** A page that is reloaded may hold its locks a little longer than its successor needs to ask for them, in ms. */
const HANDOVER_MS = 1000

/**
 * Takes a name for this page until it is closed.
 *
 * @param wait whether the page before this one, in the same tab, may still have it
 * @returns whether no other page of this site has it; true without Web Locks, where that cannot be known
 */
export async function claim(name: string, wait = false): Promise<boolean> {
  return (await hold(name, wait ? 'handover' : 'if-free')) !== undefined
}

/**
 * Takes a lock until it is given back, this page is gone, or another page steals it.
 *
 * @param how whether to wait for it, alone or with others who share it, to wait as long as a page needs to hand it to its
 *   successor, to take it only if it is free, or to take it from its holder
 * @returns how to give it back, and when it was stolen; undefined if it is not free. Without Web Locks it is always free.
 */
export async function hold(
  name: string,
  how: 'wait' | 'share' | 'handover' | 'if-free' | 'steal',
): Promise<{ readonly release: () => void; readonly stolen: Promise<void> } | undefined> {
  const options = {
    wait: {},
    share: { mode: 'shared' as const },
    handover: { signal: AbortSignal.timeout(HANDOVER_MS) },
    'if-free': { ifAvailable: true },
    steal: { steal: true },
  }[how]
  return await new Promise((resolve, reject) => {
    let tellStolen: () => void = () => undefined
    const stolen = new Promise<void>((tell) => (tellStolen = tell))
    let release: () => void = () => undefined
    const released = new Promise<void>((end) => (release = end))
    let granted = false
    const take = (lock: Lock | null): Promise<void> | undefined => {
      granted = lock !== null
      resolve(granted ? { release, stolen } : undefined)
      return granted ? released : undefined
    }
    const asked = webLocks()?.request(name, options, take)
    if (!asked) resolve({ release, stolen })
    asked?.catch((error: unknown) => {
      if (granted) tellStolen()
      else if (isRefusal(error)) resolve({ release, stolen })
      else if (how === 'handover') resolve(undefined)
      else reject(toAppError(error))
    })
  })
}

const webLocks = () => (globalThis.navigator as Partial<Navigator> | undefined)?.locks

/** A site that may not store anything gets no locks either (Web Locks, section "request"). */
const isRefusal = (error: unknown) => error instanceof DOMException && error.name === 'SecurityError'
