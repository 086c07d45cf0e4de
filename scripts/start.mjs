/** `npm start [-- --port N] [--no-open] [--models FOLDER]`: installs, builds, serves and opens the site, from nothing but Node and npm. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import util from 'node:util' // a Node too old for parseArgs must still load this file and be told so
import { Failure, ROOT, checkNode, install } from './install.mjs'

const FIRST_PORT = 4173
const LAST_PORT = FIRST_PORT + 99

/** @returns {{ port: number | undefined, open: boolean, models: string | undefined }} */
function readArguments() {
  try {
    const { values } = util.parseArgs({
      options: {
        port: { type: 'string' },
        'no-open': { type: 'boolean', default: false },
        models: { type: 'string' },
      },
    })
    const { models } = values
    if (models !== undefined && !existsSync(models)) throw new Failure(`There is no folder ${models}.`)
    if (values.port === undefined) return { port: undefined, open: !values['no-open'], models }
    if (!/^\d+$/.test(values.port) || Number(values.port) < 1 || Number(values.port) > 65535)
      throw new Failure(`--port takes a number from 1 to 65535, not ${values.port}.`)
    return { port: Number(values.port), open: !values['no-open'], models }
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure(
      `${error instanceof Error ? error.message : String(error)} (Known: --port N, --no-open, --models FOLDER.)`,
    )
  }
}

function build() {
  const result = spawnSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], {
    cwd: ROOT,
    stdio: 'inherit',
  })
  if (result.status !== 0) throw new Failure('The site could not be built; what Vite said stands above.')
}

/**
 * @param {number | undefined} wanted  the next free port from 4173 if undefined
 * @param {string | undefined} models  a folder of models to serve beside the site
 */
async function serveOn(wanted, models) {
  // Imported late, because it needs a package.
  const { serve } = await import('./serve.mjs')
  for (let port = wanted ?? FIRST_PORT; ; port++) {
    try {
      return await serve(port, { ...(models !== undefined && { models }) })
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EACCES')
        throw new Failure(`Port ${String(port)} may not be used by this user: choose one above 1023.`)
      if (code !== 'EADDRINUSE') throw error
      if (wanted !== undefined) throw new Failure(`Port ${String(port)} is already in use: choose another with --port.`)
      if (port === LAST_PORT)
        throw new Failure(
          `The ports ${String(FIRST_PORT)} to ${String(LAST_PORT)} are all in use: choose one with --port.`,
        )
    }
  }
}

/** Opens the person's browser if there is one; the printed address is enough where there is none. @param {string} url */
function openBrowser(url) {
  const { platform, env } = process
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return
  /** @type {[string, string[]]} */
  const [command, args] =
    platform === 'darwin'
      ? ['open', [url]]
      : platform === 'win32'
        ? ['cmd', ['/c', 'start', '', url]]
        : ['xdg-open', [url]]
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}

try {
  checkNode(process.versions.node)
  const { port, open, models } = readArguments()
  await install()
  build()
  const { url } = await serveOn(port, models)
  console.log(`Thinktab is at ${url} (Ctrl+C stops it)`)
  if (models !== undefined) console.log(`The models of ${models} are below ${url}own-models/`)
  if (open) openBrowser(url)
} catch (error) {
  if (!(error instanceof Failure)) throw error
  console.error(error.message)
  process.exitCode = 1
}
