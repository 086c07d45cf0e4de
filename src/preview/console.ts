import { inspectAll } from './inspect'
import type { ContentMessage, Level, Line } from './messages'
import { OutputLimit } from './output-limit'

const LEVELS: Readonly<Record<string, Level>> = {
  log: 'log',
  info: 'log',
  debug: 'log',
  dir: 'log',
  table: 'log',
  trace: 'log',
  warn: 'warn',
  error: 'error',
}

/** The engine's name for a script's code, so that an error's stack shows its line. */
export const SCRIPT_NAME = 'preview.js'
const SCRIPT_LINE = new RegExp(`${SCRIPT_NAME.replace('.', '\\.')}:(\\d+)`)

/** Sends a realm's output and errors as lines, within the limit. */
export class Output {
  readonly #send: (message: ContentMessage) => void
  readonly #limit = new OutputLimit()
  readonly #refused = new Set<string>()

  constructor(send: (message: ContentMessage) => void) {
    this.#send = send
  }

  line(level: Level, text: string, at?: number): void {
    const line: Line = { type: 'line', level, text, ...(at && { at }) }
    const message = this.#limit.take(line)
    if (message) this.#send(message)
  }

  error(error: unknown): void {
    const stack = error instanceof Error ? error.stack : undefined
    this.line('error', inspectAll([error]), Number(SCRIPT_LINE.exec(stack ?? '')?.[1] ?? 0))
  }

  /** Reports an address that was not loaded once, although header and meta element both refuse it. */
  refused(address: string): void {
    if (this.#refused.has(address)) return
    this.#refused.add(address)
    this.line('blocked', address)
  }

  /** Takes the place of the realm's console, which only developers would see. */
  captureConsole(console: Console): void {
    for (const [name, level] of Object.entries(LEVELS))
      Object.defineProperty(console, name, {
        configurable: true,
        writable: true,
        value: (...values: unknown[]) => this.line(level, inspectAll(values)),
      })
    Object.defineProperty(console, 'assert', {
      configurable: true,
      writable: true,
      value: (condition: unknown, ...values: unknown[]) => {
        if (!condition) this.line('error', inspectAll(['Assertion failed', ...values]))
      },
    })
  }

  /** Sends uncaught errors and requests that the policy refused. */
  captureErrors(target: EventTarget): void {
    target.addEventListener('error', (event) => {
      if (event instanceof ErrorEvent) this.line('error', event.message.replace(/^Uncaught /, ''), event.lineno)
    })
    target.addEventListener('unhandledrejection', (event) => {
      this.error((event as PromiseRejectionEvent).reason)
    })
    target.addEventListener('securitypolicyviolation', (event) => {
      const { blockedURI } = event as SecurityPolicyViolationEvent
      if (blockedURI.includes(':')) this.refused(blockedURI)
    })
  }
}
