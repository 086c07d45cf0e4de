import { readFrameMessage } from './frame-message'
import { MESSAGES_A_TICK } from './limits'
import type { FrameMessage } from './messages'
import { OutputLimit } from './output-limit'

/** Accepts a preview's messages: only agreed ones, and a limited number of each kind. */
export class Intake {
  readonly #limit = new OutputLimit()
  #count = 0

  /** @returns the action, if there is one */
  take(data: unknown): FrameMessage | undefined {
    this.#count += 1
    if (this.#count > MESSAGES_A_TICK) return { type: 'flood' }
    const message = readFrameMessage(data)
    return message?.type === 'line' ? this.#limit.take(message) : message
  }

  /** Call it at every tick of the heartbeat. */
  tick(): void {
    this.#count = 0
  }
}
