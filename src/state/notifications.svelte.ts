import { askToNotify, notificationPermission } from '../platform/notify'

/** Whether the page may notify a person who is looking elsewhere. */
export class Notifications {
  /** Undefined if the browser has no notifications. */
  permission = $state(notificationPermission())

  async ask(): Promise<void> {
    this.permission = await askToNotify()
  }
}
