/**
 * Keeps the screen, and with it the page, awake while `task` runs and the page is visible. Browsers drop the lock when
 * the page is hidden; it is taken again when the page comes back. If the browser has no such lock, the task runs
 * without it.
 */
export async function keepAwake<T>(task: () => Promise<T>): Promise<T> {
  const wakeLock = (globalThis.navigator as Partial<Navigator> | undefined)?.wakeLock
  if (!wakeLock) return await task()
  let held: WakeLockSentinel | undefined
  let ended = false
  const take = async () => {
    if (document.visibilityState !== 'visible') return
    const lock = await wakeLock.request('screen').catch(() => undefined)
    if (ended) void lock?.release()
    else held = lock
  }
  const onVisible = () => void take()
  document.addEventListener('visibilitychange', onVisible)
  void take()
  try {
    return await task()
  } finally {
    ended = true
    document.removeEventListener('visibilitychange', onVisible)
    void held?.release()
  }
}
