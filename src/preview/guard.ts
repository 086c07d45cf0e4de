/**
 * The first script of a previewed HTML document, in the document's own realm. It removes what the policy cannot refuse.
 * It reports four things: that the realm answers, the height of the document, its output and its errors. preview.html
 * inserts it.
 */
import { Output } from './console'
import { reportHeight } from './height'
import { stay } from './stay'
import type { ContentMessage } from './messages'
import { narrowRealm } from './realm'

narrowRealm()
const toPage = new MessageChannel()
const toFrame = new MessageChannel()
// These are the first messages from this realm: neither preview.html nor the page takes another port. The page gets a
// port of its own at once: preview.html runs on this thread, so it passes on nothing while this realm is busy.
parent.postMessage('', '*', [toFrame.port2])
parent.parent.postMessage('', '*', [toPage.port2])
const { port1: port } = toPage
const post = port.postMessage.bind(port)
const send = (message: ContentMessage) => post(message)
// Only pings come. The event is not read, because the content could use it to learn the port.
port.onmessage = () => send({ type: 'alive' })
const answer = toFrame.port1.postMessage.bind(toFrame.port1)
toFrame.port1.onmessage = () => answer('')

const output = new Output(send)
output.captureConsole(console)
output.captureErrors(window)
stay((address) => output.refused(address))
reportHeight((height) => send({ type: 'height', height }))
document.currentScript?.remove()
