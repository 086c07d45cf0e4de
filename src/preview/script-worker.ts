/**
 * The worker in which a JavaScript block runs. preview.html makes it from a Blob, so it inherits that document's
 * policy: no network, no other script. It reports the script's log, its errors and its result.
 */
import { Output, SCRIPT_NAME } from './console'
import { inspect } from './inspect'
import type { ContentMessage } from './messages'
import { trackTimers } from './timers'

/** Only its default policy lets a realm under Trusted Types evaluate a text. */
;(globalThis as { trustedTypes?: TrustedTypePolicyFactory }).trustedTypes?.createPolicy('default', {
  createScript: (script) => script,
  createScriptURL: (url) => url,
})

addEventListener(
  'message',
  (event: MessageEvent<string>) => {
    const [port] = event.ports
    if (!port) return
    const post = port.postMessage.bind(port)
    const send = (message: ContentMessage) => post(message)
    port.onmessage = () => send({ type: 'alive' })
    void run(event.data, new Output(send), () => send({ type: 'finished' }))
  },
  { once: true },
)

async function run(code: string, output: Output, finished: () => void): Promise<void> {
  const idle = trackTimers()
  output.captureConsole(console)
  output.captureErrors(globalThis)
  try {
    const value: unknown = await evaluate(code)
    if (value !== undefined) output.line('value', inspect(value))
  } catch (error) {
    output.error(error)
  }
  await idle()
  finished()
}

/** The value of the last expression; a script with await at its top level, which has none, is run as a function. */
function evaluate(code: string): unknown {
  const name = `\n//# sourceURL=${SCRIPT_NAME}`
  try {
    return (0, eval)(code + name)
  } catch (error) {
    if (!(error instanceof SyntaxError) || !/\bawait\b/.test(code)) throw error
    return (0, eval)(`(async () => {${code}\n})()${name}`)
  }
}
