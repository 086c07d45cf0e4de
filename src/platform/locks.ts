/**
 * Runs `task` while no other tab of this site runs one under the same name. Without Web Locks (a page on plain http) it
 * runs at once.
 *
 * @throws the signal's reason when it is aborted while waiting; what `task` throws
 */
export async function withLock<T>(name: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks
  if (!locks) return await task()
  return await locks.request(name, { signal }, task)
}
