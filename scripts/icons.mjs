/** `node scripts/icons.mjs`: draws public/icons from public/icon.svg, for systems that take no SVG. */
import { mkdir, readFile } from 'node:fs/promises'
import { chromium } from 'playwright'
import { HOW_TO_GET_A_BROWSER, findBrowser } from './browser.mjs'

/**
 * Each icon has its size in pixels and the share that the mark takes: a system cuts a maskable icon to its own shape.
 */
const ICONS = [
  { file: 'icon-192.png', size: 192, part: 0.72 },
  { file: 'icon-512.png', size: 512, part: 0.72 },
  { file: 'maskable-512.png', size: 512, part: 0.52 },
  { file: 'apple-touch-icon.png', size: 180, part: 0.64 },
]

const found = await findBrowser()
if (!found) throw new Error(HOW_TO_GET_A_BROWSER)
const svg = await readFile('public/icon.svg', 'utf8')
await mkdir('public/icons', { recursive: true })
const browser = await chromium.launch({ executablePath: found.executablePath, args: [...found.args], env: found.env })
const page = await browser.newPage({ colorScheme: 'light' })
for (const { file, size, part } of ICONS) {
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(`<style>
    body { margin: 0; height: 100vh; display: grid; place-items: center; background: #fbfaf7 }
    svg { width: ${String(part * 100)}vw; height: ${String(part * 100)}vw }
  </style>${svg}`)
  await page.screenshot({ path: `public/icons/${file}` })
}
await browser.close()
