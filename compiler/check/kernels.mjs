// node kernels.mjs '{"chrome": PATH}' or '{"dawn": FOLDER}': runs kernels one after another. Each line on stdin is a
// job of kernel-page.mjs, each line on stdout its buffers or {"error": TEXT}. The first line says {"f16": whether}.
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { withPage } from './chromium.mjs'
import { openDawn } from './dawn.mjs'
import { openKernels } from './kernel-page.mjs'

/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`)

/** @param {boolean} f16 @param {(job: string) => Promise<string>} run */
async function serve(f16, run) {
  say(JSON.stringify({ f16 }))
  for await (const line of createInterface(process.stdin)) {
    try {
      say(await run(line))
    } catch (error) {
      say(JSON.stringify({ error: String(error) }))
    }
  }
}

/** @param {import('playwright').Page} page */
async function serveInPage(page) {
  const script = await readFile(fileURLToPath(new URL('kernel-page.mjs', import.meta.url)), 'utf8')
  // WebGPU wants a secure origin, and this one has no server
  await page.route('http://localhost/**', (route) =>
    route.request().url().endsWith('.mjs')
      ? route.fulfill({ contentType: 'text/javascript', body: script })
      : route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Kernels</title>' }),
  )
  await page.goto('http://localhost/')
  const kernels = await page.evaluateHandle(async () => {
    /** @type {typeof import('./kernel-page.mjs')} */
    const { openKernels } = await import(new URL('kernel-page.mjs', location.href).href)
    return openKernels(navigator.gpu)
  })
  await serve(await kernels.evaluate(({ f16 }) => f16), (job) => kernels.evaluate(({ run }, given) => run(given), job))
}

/** @type {{ chrome?: string, dawn?: string }} */
const { chrome, dawn } = JSON.parse(process.argv[2] ?? '{}')
if (chrome) {
  await withPage(chrome, serveInPage)
} else if (dawn) {
  const { f16, run } = await openKernels(await openDawn(dawn))
  await serve(f16, run)
  process.kill(process.pid, 'SIGKILL') // Dawn keeps the process alive, and an exit that takes it down may hang
} else {
  throw new Error('Give a Chromium or the folder of Dawn.')
}
