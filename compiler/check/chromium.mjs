// A headless Chromium with WebGPU, whose adapter is SwiftShader where there is no GPU.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { QUIET_WEBGPU } from '../../scripts/browser.mjs'

/**
 * Opens an empty page in a browser of its own, whose profile and process are gone when `use` is done.
 * @param {string} executablePath @param {(page: import('playwright').Page) => Promise<void>} use
 * @param {readonly string[]} flags further ones of the command line
 */
export async function withPage(executablePath, use, flags = []) {
  const profile = await mkdtemp(join(tmpdir(), 'kernels-check-'))
  let context
  try {
    context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      args: ['--no-sandbox', ...QUIET_WEBGPU, ...flags],
    })
    const page = await context.newPage()
    page.setDefaultTimeout(0)
    page.on('console', (message) => {
      if (message.type() === 'error') console.error(message.text().slice(0, 2000))
    })
    page.on('pageerror', (error) => {
      console.error(String(error).slice(0, 2000))
    })
    await use(page)
  } finally {
    await context?.close()
    await rm(profile, { recursive: true, force: true })
  }
}
