/**
 * The script of preview.html, which the site trusts. It takes code from the page and runs it in a frame within this one
 * or in a worker, where the code can do no harm. It runs nothing if its own origin is not opaque: anybody could frame
 * this document, and without a sandbox the code would have the site's own origin.
 */
import { documentOf, drawingOf } from './content'
import { STRAY_MESSAGES } from './limits'
import { PING, READY, type FrameMessage, type Start } from './messages'

/** How often the content is asked for an answer after a load, and the interval in milliseconds. */
const ANSWER_TIMES = 4
const ANSWER_MS = 500

/** The texts in this document: scripts for the realms that it makes. */
const carried = (id: string) => document.getElementById(id)?.textContent ?? ''

/** Under Trusted Types this document's own scripts need a policy, too; the CSP allows this name. */
;(globalThis as { trustedTypes?: TrustedTypePolicyFactory }).trustedTypes?.createPolicy('default', {
  createHTML: (markup) => markup,
  createScriptURL: (url) => url,
})

if (origin === 'null' && parent !== globalThis.window) {
  addEventListener('message', listen)
  parent.postMessage(READY, location.origin)
}

function listen(event: MessageEvent<Start>): void {
  const [port] = event.ports
  if (event.source !== parent || event.origin !== location.origin || !port) return
  removeEventListener('message', listen)
  const { kind, text } = event.data
  const send = (message: FrameMessage, ports: Transferable[] = []) => port.postMessage(message, ports)
  if (kind === 'javascript') runScript(text, send)
  else if (kind === 'html') showDocument(text, send)
  else drawing(text, send)
}

type Send = (message: FrameMessage, ports?: Transferable[]) => void

/** @returns a function that counts a message past the agreed ports */
function strayCounter(send: Send): () => void {
  let stray = 0
  return () => {
    stray += 1
    if (stray === STRAY_MESSAGES) send({ type: 'flood' })
  }
}

function runScript(code: string, send: Send): void {
  const { port1, port2 } = new MessageChannel()
  const worker = new Worker(URL.createObjectURL(new Blob([carried('worker')], { type: 'text/javascript' })))
  worker.addEventListener('message', strayCounter(send))
  worker.postMessage(code, [port2])
  send({ type: 'content' }, [port1])
}

function showDocument(html: string, send: Send): void {
  // form-action and frame-src keep forms from going anywhere.
  const frame = framed(documentOf(html, carried('guard')), 'allow-scripts allow-forms')
  const stray = strayCounter(send)
  let content: MessagePort | undefined
  let answered = false
  addEventListener('message', ({ source, ports: [port] }) => {
    if (source !== frame.contentWindow) return
    if (content || !port) {
      stray()
      return
    }
    content = port
    content.onmessage = () => (answered = true)
    content.postMessage(PING) // a short document has loaded before its first message comes
  })
  // A page loaded in place of the content never answers; busy content answers sooner or later.
  const askUntilLeft = (times: number) => {
    if (answered) return
    if (times === 0) send({ type: 'left' })
    else setTimeout(() => askUntilLeft(times - 1), ANSWER_MS)
  }
  frame.addEventListener('load', () => {
    answered = false
    content?.postMessage(PING)
    askUntilLeft(ANSWER_TIMES)
  })
  document.body.append(frame)
}

/** A drawing needs no scripts: its frame allows none, so nothing in it can be busy. */
function drawing(svg: string, send: Send): void {
  const frame = framed(drawingOf(svg), '')
  frame.addEventListener('load', () => send({ type: 'finished' }))
  document.body.append(frame)
}

function framed(srcdoc: string, sandbox: string): HTMLIFrameElement {
  const frame = document.createElement('iframe')
  frame.setAttribute('sandbox', sandbox)
  frame.srcdoc = srcdoc
  return frame
}
