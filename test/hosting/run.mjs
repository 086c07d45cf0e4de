/**
 * The recipes of docs/deploy.md, tried: the built site below a path of nginx and of Caddy, and from the folder for a stick,
 * as far as their programs are installed, looked at by `check-host`, and opened in Chromium, where Nano has to answer.
 */
import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { chromium } from '@playwright/test'
import { findBrowser } from '../../scripts/browser.mjs'
import { checkHost } from '../../scripts/check-host.mjs'
import { caddyConfig, nginxConfig } from '../../scripts/host-config.mjs'
import { portable } from '../../scripts/portable.mjs'
import { precompress } from '../../scripts/precompress.mjs'
import { serve } from '../../scripts/serve.mjs'
import { BROTLI_FOR_NGINX, findServer } from './find.mjs'

const PATH = '/thinktab/'

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('There is no free port.')
  return address.port
}

/** @param {string} folder @param {number} port @param {string} site @returns {Promise<string[]>} the arguments of nginx */
async function nginx(folder, port, site) {
  const config = join(folder, 'nginx.conf')
  const brotli = BROTLI_FOR_NGINX.every((file) => file.exists)
  const load = brotli ? BROTLI_FOR_NGINX.map(({ path }) => `load_module ${path};`).join('\n') : ''
  const own = nginxConfig({ root: site, path: PATH, listen: `127.0.0.1:${String(port)}`, brotli })
  await writeFile(
    config,
    `${load}
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
pid ${folder}/nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
${own}
}`,
  )
  return ['-c', config, '-p', folder]
}

/** @param {string} folder @param {number} port @param {string} site @returns {Promise<string[]>} the arguments of Caddy */
async function caddy(folder, port, site) {
  const config = join(folder, 'Caddyfile')
  const own = caddyConfig({ root: site, path: PATH, listen: `http://127.0.0.1:${String(port)}` })
  await writeFile(config, `{\n  admin off\n  auto_https off\n}\n${own}`)
  return ['run', '--config', config, '--adapter', 'caddyfile']
}

/** @param {string} folder @param {number} port @returns {Promise<string[]>} the arguments of Python */
async function stick(folder, port) {
  const made = join(folder, 'stick')
  await portable(made)
  return [join(made, 'serve.py'), String(port)]
}

/** Opens the page and has Nano answer. @param {string} url */
async function answers(url) {
  const browser = await chromium.launch((await findBrowser()) ?? {})
  try {
    const page = await browser.newPage()
    await page.addInitScript(() => Object.defineProperty(navigator, 'gpu', { value: undefined }))
    await page.goto(`${url}?lang=en&q=20+%2B+22&send=1`)
    const reply = page.locator('[data-testid=message][data-role=assistant][data-state=done] [data-part=answer]')
    const text = await reply.textContent({ timeout: 60_000 })
    const isIsolated = await page.evaluate(() => crossOriginIsolated)
    return text?.includes('42') === true && isIsolated
  } finally {
    await browser.close()
  }
}

/** @param {string} url @param {string} site @param {boolean} isSmall whether no advice is expected to be followed */
async function look(url, site, isSmall) {
  const { problems, advice } = await checkHost(url, site)
  const all = isSmall ? [...problems] : [...problems, ...advice]
  if (!(await answers(url))) all.push('Nano did not answer on an isolated page.')
  return all
}

const folder = await mkdtemp(join(tmpdir(), 'thinktab-hosting-'))
const site = join(folder, 'site')
let passed = 0
let failed = 0
/** @param {string} name @param {readonly string[]} problems */
function report(name, problems) {
  if (problems.length === 0) passed += 1
  else failed += 1
  console.log(`${problems.length === 0 ? '✓' : '✗'} ${name}${problems.map((line) => `\n    ${line}`).join('')}`)
}

try {
  await cp('dist', site, { recursive: true })
  await precompress(site)

  // A host without headers, and one that changes files, must not pass.
  const bare = await serve(0, { folder: site, headers: () => ({}) })
  const { problems } = await checkHost(bare.url, site)
  await bare.close()
  const isFound = problems.some((line) => line.startsWith('Content-Security-Policy')) && problems.length > 10
  report('check-host finds a host without headers', isFound ? [] : problems)

  for (const [name, configure, path] of /** @type {const} */ ([
    ['nginx', nginx, PATH],
    ['caddy', caddy, PATH],
    ['python3', stick, '/'],
  ])) {
    const program = findServer(name)
    if (program === undefined) {
      console.log(`- ${name} is not installed`)
      continue
    }
    const port = await freePort()
    const args = await configure(folder, port, site)
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (said += text))
    const url = `http://127.0.0.1:${String(port)}${path}`
    for (let tries = 0; tries < 50 && child.exitCode === null; tries++) {
      if (
        await fetch(url).then(
          ({ ok }) => ok,
          () => false,
        )
      )
        break
      await delay(100)
    }
    report(name, child.exitCode === null ? await look(url, site, configure === stick) : [said])
    child.kill()
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
console.log(`${String(passed)} passed, ${String(failed)} failed`)
process.exitCode = failed > 0 ? 1 : 0
