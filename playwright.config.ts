import { defineConfig, devices } from '@playwright/test'
import { HOW_TO_GET_A_BROWSER, findBrowser } from './scripts/browser.mjs'

const browser = await findBrowser()
if (!browser) throw new Error(HOW_TO_GET_A_BROWSER)

export default defineConfig({
  testDir: 'test',
  fullyParallel: true,
  workers: 1, // SwiftShader renders on the CPU: parallel pages only slow each other down
  timeout: 120_000, // a first load compiles shaders on the CPU, which a busy machine makes slow
  forbidOnly: Boolean(process.env.CI),
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    baseURL: process.env.THINKTAB_URL ?? '',
    launchOptions: { executablePath: browser.executablePath, args: browser.args, env: browser.env },
    trace: 'retain-on-failure',
  },
  webServer: {
    command: 'node scripts/serve.mjs',
    // Any free port: Playwright puts the named group into the environment for the tests.
    wait: { stdout: /Serving dist on (?<THINKTAB_URL>\S+)/ },
  },
})
