import { defineConfig, devices } from '@playwright/test'
import { ON_WEBGPU } from './test/fixtures/on-webgpu.mjs'
import { ENABLE_WEBGPU, HOW_TO_GET_A_BROWSER, findBrowser } from './scripts/browser.mjs'

const browser = await findBrowser()
if (!browser) throw new Error(HOW_TO_GET_A_BROWSER)

const WEBGPU = /\.webgpu\.spec\.ts$/

/**
 * V8's first compiler alone: optimizing llama.cpp took a third of the time of a page that writes a short answer. The
 * component tests of llama.cpp have both compilers.
 */
const QUICK_WASM = '--js-flags=--liftoff-only'

export default defineConfig({
  testDir: 'test',
  fullyParallel: true,
  workers: 2,
  timeout: 120_000, // a first load compiles shaders on the CPU, which a busy machine makes slow
  expect: { timeout: 20_000 }, // a test waits for a thing to come, never for a time
  forbidOnly: Boolean(process.env.CI),
  retries: 1,
  reporter: [['list'], ['./test/fixtures/flaky-limit.ts']],
  snapshotPathTemplate: '{testDir}/{testFileDir}/{testFileName}-snapshots/{arg}-{platform}{ext}',
  use: {
    ...devices['Desktop Chrome'],
    baseURL: process.env.THINKTAB_URL ?? '',
    trace: 'on-first-retry', // traces of every test took a third of the time of all of them
    // A page that stores the whole site costs seconds; the specs that are about it allow it.
    serviceWorkers: 'block',
  },
  // A spec's name says what its pages compute on.
  projects: [
    {
      name: 'webgpu',
      testMatch: WEBGPU,
      workers: 1, // SwiftShader computes on the CPU: two such pages only slow each other down
      use: {
        launchOptions: browser,
        // SwiftShader is slower than the processor itself, so the page would not choose it for Nano.
        storageState: {
          cookies: [],
          origins: [{ origin: process.env.THINKTAB_URL ?? '', localStorage: [ON_WEBGPU] }],
        },
      },
    },
    {
      name: 'processor',
      testIgnore: WEBGPU,
      // A browser without the GPU offers pages no adapter; Nano then writes eight times as fast as over SwiftShader.
      use: {
        launchOptions: {
          ...browser,
          args: [...browser.args.filter((arg) => arg !== ENABLE_WEBGPU), '--disable-gpu', QUICK_WASM],
        },
      },
    },
  ],
  webServer: {
    command: 'node scripts/serve.mjs',
    // Any free port: Playwright puts the named group into the environment for the tests.
    wait: { stdout: /Serving dist on (?<THINKTAB_URL>\S+)/ },
  },
})
