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

const webLocks = () => (globalThis.navigator as Partial<Navigator> | undefined)?.locks

/** A site that may not store anything gets no locks either (Web Locks, section "request"). */
const isRefusal = (error: unknown) => error instanceof DOMException && error.name === 'SecurityError'
