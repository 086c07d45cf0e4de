import { isAirGapped, onAirGapChange } from '../../platform/air-gap'
import { toAppError, type AppError } from '../../shared/errors'

/** The switch that keeps this site, in all its tabs, from asking any network. */
export class AirGap {
  on = $state(false)
  /** It is being turned on or off: so the person wants it. */
  wanted = $state<boolean>()
  /** The reason why it could not be turned on. */
  problem = $state.raw<AppError>()

  /** Looks whether it is on, and follows what other tabs do. */
  async open(): Promise<void> {
    onAirGapChange((isOn) => (this.on = isOn))
    this.on = await isAirGapped()
    if (!this.on) return
    const { keepAirGap } = await import('../../platform/air-gap-switch')
    await keepAirGap().catch((error: unknown) => (this.problem = toAppError(error)))
  }

  /** Where it cannot be turned on, `problem` says why, and it stays off. */
  async set(isOn: boolean): Promise<void> {
    if (this.wanted !== undefined) return
    this.wanted = isOn
    this.problem = undefined
    try {
      const { setAirGap } = await import('../../platform/air-gap-switch')
      await setAirGap(isOn)
    } catch (error) {
      this.problem = toAppError(error)
    } finally {
      this.on = await isAirGapped()
      this.wanted = undefined
    }
  }
}
