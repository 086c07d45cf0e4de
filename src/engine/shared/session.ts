import { delay } from '../../platform/abort'
import { RpcClient } from '../../platform/rpc'
import type { LeaderEnd, Link } from '../../platform/tab-leader'
import { Watchdog } from '../../platform/watchdog'
import { AppError, type ErrorRecord } from '../../shared/errors'
import type { HostProcedures } from './host-protocol'
import { moved } from './moved'

/** A tab that has the engine and runs answers within this time, in ms; it is asked this often. */
const SILENCE_LIMIT = 15_000
const ASK_EVERY_MS = 5000

type Call = RpcClient<HostProcedures>['call']

/** This tab's connection to the tab that has the engine, until one of them ends. */
export class Session {
  readonly isOwn: boolean
  /** How it has ended. */
  end: LeaderEnd | undefined
  readonly #client: RpcClient<HostProcedures>
  readonly #link: Link
  #pending = 0
  readonly #watchdog = new Watchdog(() => {
    this.#link.giveUp()
  })

  /** @param onEnd called once, with the error of the calls in progress */
  constructor(link: Link, onEnd: (error: AppError) => void) {
    this.#link = link
    this.isOwn = link.isOwn
    this.#client = new RpcClient<HostProcedures>(
      link.peer,
      (reason) =>
        new AppError('engine-crashed', `The engine stopped: ${reason}`, { retry: 'now', details: { reason } }),
    )
    void link.ended.then((how) => {
      this.end = how
      this.#watchdog.rest()
      const error = how === 'left' ? moved() : crashed()
      this.#client.end(error)
      onEnd(error)
    })
  }

  /** Calls a procedure of the host; meanwhile it is watched for a frozen tab. */
  readonly call: Call = async (procedure, argument, options) => {
    this.#pending += 1
    if (this.#pending === 1 && !this.isOwn) void this.#askWhetherAlive()
    try {
      return await this.#client.call(procedure, argument, options)
    } finally {
      this.#pending -= 1
    }
  }

  /** @param onLost told when the model that this tab has loaded is gone */
  watch(onLost: (error: AppError) => void): void {
    const onProgress = (record: ErrorRecord) => {
      onLost(AppError.fromRecord(record))
    }
    void ignoreFailure(this.#client.call('watch', undefined, { onProgress }))
  }

  async #askWhetherAlive(): Promise<void> {
    while (this.#pending > 0 && !this.end) {
      this.#watchdog.watch(SILENCE_LIMIT)
      await ignoreFailure(this.#client.call('alive', undefined))
      this.#watchdog.rest()
      await delay(ASK_EVERY_MS, new AbortController().signal)
    }
  }
}

/** For calls whose end nobody waits for. */
export const ignoreFailure = (call: Promise<unknown>): Promise<unknown> => call.catch(() => undefined)

const crashed = () =>
  new AppError('engine-crashed', 'The tab that ran the model crashed.', {
    retry: 'now',
    details: { reason: 'the tab that ran the model crashed' },
  })
