/** Whether pages may show notifications here: allowed, refused, or to be asked. Undefined if the browser has none. */
export function notificationPermission(): NotificationPermission | undefined {
  return (globalThis as { Notification?: typeof Notification }).Notification?.permission
}

/** Asks whether notifications may be shown; to be called on a click. */
export async function askToNotify(): Promise<NotificationPermission> {
  return await Notification.requestPermission().catch(() => 'denied' as const)
}

/** Shows a notification to somebody who is looking elsewhere, if it is allowed. */
export function notify(title: string, body: string): void {
  if (notificationPermission() !== 'granted' || document.visibilityState === 'visible') return
  try {
    new Notification(title, { body })
  } catch {
    // Some phones let only service workers show them.
  }
}
