import { readFileSync } from 'node:fs'

/** What the browser fetches before the first paint: every script that the built index.html names. */
const shell = [...readFileSync('dist/index.html', 'utf8').matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map(
  ([, file]) => `dist/${file}`,
)

export default [{ name: 'shell JavaScript (brotli)', path: shell, limit: '60 kB', brotli: true }]
