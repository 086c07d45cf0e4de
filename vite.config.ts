import { paraglideVitePlugin } from '@inlang/paraglide-js'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { playwright } from '@vitest/browser-playwright'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig, type TestProjectConfiguration } from 'vitest/config'
import { aboutSite, noteWorkerPackages } from './config/about.mjs'
import { noteWorkerHashes, processorHashes, revisionsByContent } from './config/file-hashes.mjs'
import { HASH_LIST, siteHashes } from './config/hash-list.mjs'
import { ISOLATION_HEADERS } from './config/headers.mjs'
import { MESSAGE_COMPILER } from './config/i18n.mjs'
import { mathsFonts } from './config/maths-fonts.mjs'
import { previewPage } from './config/preview-page.mjs'
import { siteHeaders } from './config/site-headers.mjs'
import { WEB_MANIFEST } from './config/web-manifest.mjs'
import { findBrowser } from './scripts/browser.mjs'

// Looked for only where a browser runs the tests: unpacking one is not the build's business.
const browser = process.env.VITEST ? await findBrowser() : undefined

const inChromium = {
  enabled: true,
  headless: true,
  screenshotFailures: false,
  api: { host: '127.0.0.1' },
  instances: [{ browser: 'chromium' as const }],
  provider: playwright({ launchOptions: browser ?? {} }),
}

/** The tests with a real model. @param folder that compiler/real_model/for_page.py has written; without it they are none */
const realModelProject = (folder: string | undefined): TestProjectConfiguration[] =>
  folder === undefined
    ? []
    : [
        {
          extends: true,
          server: { fs: { allow: ['.', folder] } },
          test: {
            name: 'real-model',
            include: ['src/**/*.real.test.ts'],
            provide: { realModel: folder },
            browser: inChromium,
          },
        },
      ]

const SITE_FOLDER = 'dist'

/** What every visit needs, and the first paint does not. */
const BEHIND_FIRST_PAINT =
  /src[\\/](?:ui[\\/](?:chat[\\/](?:Messages|ComposerTools|UndoMessages|DropModel|Problems)|sidebar[\\/]ChatList|Toasts)\.svelte|state[\\/]chat[\\/]chat-tools\.ts|platform[\\/]keep-ledger\.ts)$/

export default defineConfig({
  base: './', // the site also works below a path, such as example.org/thinktab/
  plugins: [
    paraglideVitePlugin(MESSAGE_COMPILER),
    svelte(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src/sw',
      filename: 'sw.ts',
      injectRegister: false, // src/platform/site-worker.ts registers it
      manifest: WEB_MANIFEST,
      includeManifestIcons: false,
      integration: {
        // The plugin would list the web manifest once more, by an MD5 that is noted behind the transforms.
        beforeBuildServiceWorker: ({ injectManifest }) => {
          delete injectManifest.additionalManifestEntries
        },
      },
      injectManifest: {
        // Of models only the built-in one, with the one library the page uses, and the lists by which others are chosen: big
        // models are kept by the page in IndexedDB.
        globPatterns: [
          '*.{html,js,svg,png,webmanifest}',
          'icons/*.png',
          'assets/**',
          'models/nano/*.{json,bin}',
          'models/nano/nano-software.wasm',
          'about.json',
          'licences.txt',
          'sbom.cdx.json',
          HASH_LIST,
          'models/catalogue.json',
          'models/libraries/libraries.json',
        ],
        globIgnores: ['models/nano/golden.json'],
        manifestTransforms: revisionsByContent(SITE_FOLDER),
        maximumFileSizeToCacheInBytes: 16 * 1024 * 1024,
      },
    }),
    previewPage(),
    aboutSite(),
    processorHashes(),
    siteHeaders(),
    mathsFonts(),
    siteHashes(SITE_FOLDER),
  ],
  server: { host: '127.0.0.1', headers: ISOLATION_HEADERS },
  // Found only when a worker is first asked for, it would reload the page, or a test, in the middle.
  optimizeDeps: {
    include: [
      '@huggingface/jinja',
      '@wllama/wllama/esm/index.js',
      'fast-check',
      'lowlight',
      'highlight.js/lib/languages/*',
    ],
    exclude: ['@lucide/svelte'], // components need the one Svelte that the page has
  },
  build: {
    outDir: SITE_FOLDER,
    target: 'es2023',
    // A font within a style sheet would be a data: address, which the page's policy refuses.
    assetsInlineLimit: (file) => (file.endsWith('.woff2') ? false : undefined),
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: { bundlerTimings: false }, // on a busy machine every build would warn
      output: {
        // In one chunk what the first paint waits for: scattered over the chunks that share it with later ones, it compresses worse.
        // In another one what is fetched right behind it: sixty files of a kilobyte each cost a slow line a second.
        codeSplitting: {
          groups: [
            { name: 'first', tags: ['$initial'], priority: 1 },
            { name: 'soon', test: BEHIND_FIRST_PAINT },
          ],
        },
        entryFileNames: 'assets/app-[hash].js',
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  worker: {
    format: 'es',
    plugins: () => [noteWorkerPackages(), noteWorkerHashes()],
    // src/engine/engine-worker.ts becomes assets/engine-worker-[hash].js, a name that config/headers.mjs knows.
    rolldownOptions: {
      checks: { bundlerTimings: false }, // on a busy machine every build would warn
      output: { entryFileNames: 'assets/[name]-[hash].js', chunkFileNames: 'assets/[name]-[hash].js' },
    },
  },
  test: {
    testTimeout: 30_000, // the other tests of `npm test` run at the same time
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['{src,config,scripts}/**/*.test.ts'],
          exclude: ['**/*.{browser,real}.test.ts'],
        },
      },
      { extends: true, test: { name: 'browser', include: ['src/**/*.browser.test.ts'], browser: inChromium } },
      ...realModelProject(process.env.THINKTAB_REAL_MODEL),
    ],
  },
})
