/** WebKit by its driver, in the protocol of W3C WebDriver. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { kill } from 'node:process'

/** What a key is called in the protocol (WebDriver, section 17.4.2). */
const ENTER = '\uE007'
const CONNECT_MS = 20_000

/** @returns {Promise<number>} a port that nobody uses */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address ? address.port : NaN
}

/**
 * @param {{ browser: string, command: readonly string[] }} found
 * @returns {Promise<import('./tab.mjs').StartedBrowser>}
 */
export async function startWebKit({ browser, command: [program = '', ...given] }) {
  const port = String(await freePort())
  const driver = spawn(program, [...given, `--port=${port}`, '--host=127.0.0.1'], { stdio: 'ignore', detached: true })

  /** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
  async function call(method, path, body) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const { value } = /** @type {{ value: any }} */ (await response.json())
    if (!response.ok) throw new Error(`${path}: ${String(value?.message)}`)
    return value
  }

  const end = Date.now() + CONNECT_MS
  const options = { binary: browser, args: ['--automation'] }
  const wish = { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } } }
  /** @returns {Promise<string>} the path of a session, once the driver listens */
  async function connect() {
    try {
      const { sessionId } = await call('POST', '/session', wish)
      return `/session/${String(sessionId)}`
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 500))
      return connect()
    }
  }
  const at = await connect()
  let isFirst = true

  return {
    isPrivate: true, // the driver knows no other
    async open(address) {
      const handle = isFirst
        ? await call('GET', `${at}/window`)
        : (await call('POST', `${at}/window/new`, { type: 'tab' })).handle
      isFirst = false
      const toFront = () => call('POST', `${at}/window`, { handle })
      await toFront()
      await call('POST', `${at}/url`, { url: address })
      return {
        async evaluate(expression) {
          await toFront()
          return call('POST', `${at}/execute/sync`, { script: `return ${expression}`, args: [] })
        },
        async send(selector, text) {
          await toFront()
          const element = await call('POST', `${at}/element`, { using: 'css selector', value: selector })
          await call('POST', `${at}/element/${String(Object.values(element)[0])}/value`, { text: text + ENTER })
        },
        async reload() {
          await toFront()
          await call('POST', `${at}/refresh`, {})
        },
        async close() {
          await toFront()
          await call('DELETE', `${at}/window`)
        },
      }
    },
    async close() {
      await call('DELETE', at).catch(() => undefined)
      if (driver.pid !== undefined) kill(-driver.pid)
    },
  }
}
