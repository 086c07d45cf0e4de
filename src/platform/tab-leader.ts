import { delay } from './abort'
import { Channel } from './channel'
import { onLeaving } from './leaving'
import { hold, whenUnlocked } from './locks'
import type { Peer, Scope, ToWorker } from './rpc'

/** A tab that looks for the leader says so this often, in ms. */
const HELLO_MS = 200
/** A leader that has not answered as many of these is frozen. */
const HELLOS = 50
/** A message that a tab sends while it is closed may come this much later than the end of its locks, in ms. */
const GOODBYE_MS = 100

/** How a leader ended: closed or replaced, or without a word, as by a crash. */
export type LeaderEnd = 'left' | 'died'

type Notice =
  | { readonly type: 'hello'; readonly client: string }
  | { readonly type: 'welcome'; readonly client: string; readonly leader: string }
  | { readonly type: 'leading'; readonly leader: string }
  | { readonly type: 'leaving'; readonly leader: string }

/** A tab's way to the leader. */
export interface Link {
  readonly peer: Peer
  /** Whether this tab itself leads. */
  readonly isOwn: boolean
  readonly ended: Promise<LeaderEnd>
  /** Gives up on a leader that does not answer: the next connection takes its place. */
  giveUp(): void
}

/**
 * Finds the one tab of this site that does something for all tabs, or makes this tab the one. It holds a Web Lock as long
 * as it leads; the browser takes the lock from a tab that is closed or crashes.
 */
export class TabLeader {
  readonly #name: string
  readonly #serve: (scope: Scope, gone: Promise<void>) => void
  readonly #id = crypto.randomUUID()
  /** Fulfilled when this tab leads no more; absent while it does not lead. */
  #leading: Promise<void> | undefined
  /** Whether the leader did not answer. */
  #steals = false

  /**
   * @param name of the lock and the channels
   * @param serve serves a tab, through this scope, until it is gone; only called while this tab leads
   */
  constructor(name: string, serve: (scope: Scope, gone: Promise<void>) => void) {
    this.#name = name
    this.#serve = serve
  }

  /** @throws the signal's reason when it is aborted first */
  async connect(signal: AbortSignal): Promise<Link> {
    const stealing = this.#steals
    this.#steals = false
    if (await this.#lead(stealing ? 'steal' : 'if-free')) return this.#ownLink()
    const client = crypto.randomUUID()
    // Held until the link ends, so that the leader knows when this tab is gone.
    const presence = await hold(`${this.#name}/${client}`, 'wait')
    const office = new Channel<Notice>(this.#name)
    let stopListening: () => void = () => undefined
    const welcome = new Promise<string>((resolve) => {
      stopListening = office.listen((notice) => {
        if (notice.type === 'welcome' && notice.client === client) resolve(notice.leader)
      })
    })
    try {
      for (let hellos = 1; ; hellos += 1) {
        office.post({ type: 'hello', client })
        const leader = await Promise.race([welcome, delay(HELLO_MS, signal)])
        if (leader !== undefined) return this.#linkTo(leader, client, office, () => presence?.release())
        if (await this.#lead(hellos < HELLOS ? 'if-free' : 'steal')) break
      }
    } catch (error) {
      presence?.release()
      office.close()
      throw error
    } finally {
      stopListening()
    }
    presence?.release()
    office.close()
    return this.#ownLink()
  }

  #linkTo(leader: string, client: string, office: Channel<Notice>, release: () => void): Link {
    const peer = new BroadcastChannel(`${this.#name}/${client}`)
    let giveUp: () => void = () => undefined
    const ended = new Promise<LeaderEnd>((end) => {
      let said: LeaderEnd = 'died'
      const stopListening = office.listen((notice) => {
        if (notice.type === 'leaving' && notice.leader === leader) said = 'left'
        else if (notice.type === 'leading' && notice.leader !== leader) finish(said)
      })
      const finish = (how: LeaderEnd) => {
        stopListening()
        office.close()
        release()
        end(how)
      }
      giveUp = () => {
        this.#steals = true
        finish('left')
      }
      void whenUnlocked(this.#name, () => undefined).then(async () => {
        await delay(GOODBYE_MS, new AbortController().signal)
        finish(said)
      })
    })
    return { peer, isOwn: false, ended, giveUp }
  }

  #ownLink(): Link {
    const { port1, port2 } = new MessageChannel()
    const ended = (this.#leading ?? Promise.resolve()).then((): LeaderEnd => 'left')
    this.#serve(
      port1,
      ended.then(() => undefined),
    )
    return { peer: port2, isOwn: true, ended, giveUp: () => undefined }
  }

  /** Whether this tab leads, from now on if need be. */
  async #lead(how: 'if-free' | 'steal'): Promise<boolean> {
    if (this.#leading) return true
    const lock = await hold(this.#name, how)
    if (!lock) return false
    const office = new Channel<Notice>(this.#name)
    const served = new Set<string>()
    const stopListening = office.listen((notice) => {
      if (notice.type !== 'hello') return
      if (!served.has(notice.client)) this.#welcome(notice.client)
      served.add(notice.client)
      office.post({ type: 'welcome', client: notice.client, leader: this.#id })
    })
    const stay = onLeaving(() => {
      office.post({ type: 'leaving', leader: this.#id })
    })
    this.#leading = lock.stolen.then(() => {
      stay()
      stopListening()
      office.close()
      this.#leading = undefined
    })
    office.post({ type: 'leading', leader: this.#id })
    return true
  }

  #welcome(client: string): void {
    const name = `${this.#name}/${client}`
    const channel = new BroadcastChannel(name)
    let isOpen = true
    const gone = Promise.race([this.#leading, whenUnlocked(name, () => undefined)]).then(() => {
      isOpen = false
      channel.close()
    })
    const scope: Scope = {
      postMessage: (message) => {
        // A task may end after its tab is gone.
        if (isOpen) channel.postMessage(message)
      },
      onmessage: null,
    }
    channel.onmessage = (event: MessageEvent<ToWorker>) => scope.onmessage?.(event)
    this.#serve(scope, gone)
  }
}
