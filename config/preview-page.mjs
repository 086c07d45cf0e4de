import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { headersFor, previewMetaPolicy } from './headers.mjs'

const FILE = 'preview.html'
const FOLDER = fileURLToPath(new URL('../src/preview/', import.meta.url))

/**
 * A script and all that it imports, as a classic script that can stand in a script element.
 * @param {string} name  of a file in src/preview
 */
async function scriptOf(name) {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2023',
      modulePreload: false,
      rolldownOptions: { input: `${FOLDER}${name}.ts`, output: { format: 'iife' }, checks: { bundlerTimings: false } },
    },
  })
  const [result] = /** @type {[{ output: [{ code: string }] }]} */ (/** @type {unknown} */ ([built].flat()))
  const script = result.output[0].code.trim()
  if (/<\/script|<!--/i.test(script)) throw new Error(`A script element cannot hold ${name}.ts.`)
  return script
}

/**
 * The frame in which code blocks are previewed. It is one file: its origin is opaque, so without a network it can load
 * no other file of the site.
 */
async function page() {
  const [frame, guard, worker] = await Promise.all(['frame', 'guard', 'script-worker'].map(scriptOf))
  // The previewed text follows the guard, and errors name its lines.
  if (guard?.includes('\n')) throw new Error('guard.ts does not become one line.')
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${previewMetaPolicy()}" />
    <meta http-equiv="x-dns-prefetch-control" content="off" />
    <title>Preview</title>
    <style>
      html, body, iframe { display: block; width: 100%; height: 100%; margin: 0; border: 0; background: #fff; color-scheme: light }
      body { overflow: hidden }
    </style>
  </head>
  <body>
    <script type="text/plain" id="guard">${guard}</script>
    <script type="text/plain" id="worker">${worker}</script>
    <script>${frame}</script>
  </body>
</html>
`
}

/**
 * Makes preview.html, for the built site and for the development server.
 * @returns {import('vite').Plugin}
 */
export function previewPage() {
  return {
    name: 'thinktab:preview-page',
    configureServer({ middlewares }) {
      middlewares.use(`/${FILE}`, (_request, response, next) => {
        page().then((html) => {
          for (const [name, value] of Object.entries(headersFor(`/${FILE}`))) response.setHeader(name, value)
          response.setHeader('Content-Type', 'text/html; charset=utf-8').end(html)
        }, next)
      })
    },
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: FILE, source: await page() })
    },
  }
}
