import { isServedByWorker } from '../platform/site-presence'
import { Heartbeat, TICK_MS } from '../preview/heartbeat'
import { Intake } from '../preview/intake'
import { CODE_BYTES, STRAY_MESSAGES } from '../preview/limits'
import { PING, READY, type FrameMessage, type Line, type Start } from '../preview/messages'
import type { PreviewKind } from '../render/previewable'

/** The reason why a preview ended by itself; `long` and `unopened` mean that it never began. */
export type PreviewProblem = 'busy' | 'flood' | 'left' | 'long' | 'unopened'

const HEIGHT = { least: 120, most: 480, first: 160 }
/** A slow host has this long for preview.html, in milliseconds. */
const OPENING_MS = 20_000
/** A script that has finished may still get results of work it started, in milliseconds. */
const AFTERGLOW_MS = 2000

/** One run of a code block in its frame: its output and its state. A run that ended is never started again. */
export class PreviewRun {
  state = $state<'opening' | 'running' | 'finished' | 'stopped' | 'failed'>('opening')
  problem = $state<PreviewProblem>()
  lines = $state<readonly Line[]>([])
  /** Whether there was more output than is shown. */
  cut = $state(false)
  /** Of the frame, in CSS pixels. */
  height = $state(HEIGHT.first)
  /** Whether the frame exists; its content ends with it. */
  framed = $state(true)

  /** Tokens of the frame's sandbox attribute. */
  readonly sandbox: string
  /** Address of the frame's document, relative to the page. */
  readonly url = 'preview.html'

  readonly kind: PreviewKind
  readonly #start: Start
  readonly #heartbeat = new Heartbeat()
  readonly #cleanups: (() => void)[] = []
  #frame: HTMLIFrameElement | undefined
  readonly #intake = new Intake()
  #port: MessagePort | undefined
  #content: MessagePort | undefined
  #stray = 0

  constructor(kind: PreviewKind, text: string) {
    this.kind = kind
    this.#start = { kind, text }
    // With an opaque origin the service worker would not answer: the frame would need a network, and a host's own
    // headers. The answer's policy makes the origin opaque all the same, and #listen sends nothing before it has seen
    // that.
    this.sandbox = `allow-scripts allow-forms${isServedByWorker() ? ' allow-same-origin' : ''}`
    if (new TextEncoder().encode(text).length > CODE_BYTES) this.#end('failed', 'long')
  }

  /** Runs the code in this frame, which is about to load `url`. @returns ends the run */
  open(frame: HTMLIFrameElement): () => void {
    this.#frame = frame
    const listen = (event: MessageEvent) => this.#listen(event)
    addEventListener('message', listen)
    const opening = setTimeout(() => {
      if (this.state === 'opening') this.#end('failed', 'unopened')
    }, OPENING_MS)
    this.#cleanups.push(
      () => removeEventListener('message', listen),
      () => clearTimeout(opening),
      () => this.#port?.close(),
      () => this.#content?.close(),
    )
    return () => this.#close()
  }

  stop(): void {
    if (this.framed) this.#end('stopped')
  }

  #listen(event: MessageEvent): void {
    const inner = this.#frame?.contentWindow
    if (!inner || !event.source) return
    if (event.source === inner && event.origin === 'null' && event.data === READY && !this.#port) {
      this.#begin(inner)
      return
    }
    const fromContent = (event.source as Window).parent === inner
    const [port] = event.ports
    if (fromContent && port && this.kind === 'html' && this.#port && !this.#content) {
      // The first message of the content's realm is the guard's.
      this.#converse(port)
      return
    }
    // The content can reach this window, too. Its messages here are not read, only counted.
    if (event.source !== inner && !fromContent) return
    this.#stray += 1
    if (this.#stray >= STRAY_MESSAGES) this.#end('failed', 'flood')
  }

  #begin(inner: Window): void {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    port1.onmessage = (event) => this.#receive(event)
    // An opaque origin cannot be named. Only preview.html can have sent READY, because no other page is ever loaded
    // there.
    inner.postMessage(this.#start, '*', [port2])
    this.state = 'running'
    // A drawing runs no code.
    if (this.kind === 'svg') return
    const ticking = setInterval(() => this.#tick(), TICK_MS)
    this.#cleanups.push(() => clearInterval(ticking))
  }

  #receive({ data, ports: [port] }: MessageEvent<unknown>): void {
    const message = this.#intake.take(data)
    if (message?.type !== 'content') {
      if (message) this.#take(message)
    } else if (port && !this.#content) this.#converse(port)
  }

  #converse(port: MessagePort): void {
    this.#content = port
    port.onmessage = (event) => this.#receive(event)
    port.postMessage(PING) // nobody heard the first one
  }

  #tick(): void {
    this.#intake.tick()
    const next = this.#heartbeat.tick()
    if (next === 'ask') this.#content?.postMessage(PING)
    else if (next === 'give up') this.#end('failed', 'busy')
  }

  #take(message: FrameMessage): void {
    switch (message.type) {
      case 'line':
        this.lines = [...this.lines, message]
        break
      case 'content':
        break // there is one already
      case 'cut':
        this.cut = true
        break
      case 'alive':
        this.#heartbeat.answered()
        break
      case 'height':
        this.height = Math.min(Math.max(Math.ceil(message.height), HEIGHT.least), HEIGHT.most)
        break
      case 'finished':
        this.state = 'finished'
        if (this.kind !== 'javascript') break
        setTimeout(() => this.#close(), AFTERGLOW_MS)
        break
      case 'left':
      case 'flood':
        this.#end('failed', message.type)
    }
  }

  #end(state: 'stopped' | 'failed', problem?: PreviewProblem): void {
    this.state = state
    this.problem = problem
    this.#close()
  }

  #close(): void {
    this.framed = false
    for (const cleanup of this.#cleanups.splice(0)) cleanup()
  }
}
