import { askToNotify, notificationPermission } from '../platform/notify'

/** Whether the page may notify somebody who is looking elsewhere. */
export class Notifications {
  /** Undefined where there are no notifications. */
  permission = $state(notificationPermission())

  async ask(): Promise<void> {
    this.permission = await askToNotify()
  }
}
