import { expect, test } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { changeByte, expectToldAndOver, type LoadFault } from '../fixtures/load-fault'

/** Files that only WebGPU needs; load-faults.spec.ts has the faults that any file can have. */
const FAULTS: readonly LoadFault[] = [
  {
    name: 'a shard arrives with other bytes',
    provoke: (page) => changeByte(page, '**/models/nano/params_shard_0.bin'),
    code: 'artifact-damaged',
    text: 'error_artifact_damaged',
    values: { file: 'params_shard_0.bin' },
  },
  {
    name: 'the library is no library, though its manifest says so',
    provoke: async (page) => {
      const bytes = Buffer.from('not WebAssembly')
      const sha256 = await page.evaluate(async (text) => {
        const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
        return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
      }, bytes.toString())
      await page.route('**/models/nano/*.wasm', (route) => route.fulfill({ body: bytes }))
      await page.route('**/models/nano/manifest.json', async (route) => {
        const response = await route.fetch()
        const manifest = (await response.json()) as { artifacts: { role: string; bytes: number; sha256: string }[] }
        for (const artifact of manifest.artifacts)
          if (artifact.role === 'library') Object.assign(artifact, { bytes: bytes.length, sha256 })
        await route.fulfill({ json: manifest })
      })
    },
    code: 'load-failed',
    text: 'error_load_failed',
  },
]

for (const fault of FAULTS)
  test(`says so when ${fault.name}, in both languages, and keeps the conversation`, async ({ page }) => {
    await expectToldAndOver(page, fault)
  })

test('mends stored weights that went bad, without a word', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('1 + 1')
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open('thinktab-weights')
        opening.onerror = () => {
          reject(new Error('The weights store could not be opened.'))
        }
        opening.onsuccess = () => {
          const transaction = opening.result.transaction('artifacts', 'readwrite')
          const cursor = transaction.objectStore('artifacts').openCursor()
          cursor.onsuccess = () => {
            if (!cursor.result) return
            // the same length, other bytes: a disk that lost data
            cursor.result.update(new Blob([new Uint8Array((cursor.result.value as Blob).size)]))
            cursor.result.continue()
          }
          transaction.oncomplete = () => {
            opening.result.close()
            resolve()
          }
        }
      }),
  )
  await page.reload()
  expect((await chat.ask('30 + 12')).answer).toBe('30 + 12 = 42')
})

test('does not ask a GPU that the self-test found to compute wrongly', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  await expect(page.getByTestId('processor')).toHaveCount(0)
  await page.evaluate(async () => {
    const info = (await navigator.gpu.requestAdapter())?.info
    const adapter = [info?.vendor, info?.architecture, info?.description].filter(Boolean).join(' ')
    const verdict = { passed: false, prompts: 1, adapter, browserVersion: navigator.userAgent, at: 1 }
    localStorage.setItem(`thinktab-self-test:${adapter}`, JSON.stringify({ librarySha256: 'any', verdict }))
    localStorage.removeItem('thinktab-engine:nano')
  })
  await page.reload()
  await expect(page.getByTestId('processor')).toHaveAttribute('data-reason', 'wrong-results')
  expect((await chat.ask('30 + 12')).answer).toBe('30 + 12 = 42')
  expect(page.workers().some((worker) => worker.url().includes('cpu-worker'))).toBe(true)
})

test('loads anew after the engine is lost', async ({ page }) => {
  const chat = new ChatPage(page)
  await page.addInitScript(() => {
    // keeps the engine's worker reachable, to end it as a crash would
    const Original = Worker
    const workers: Worker[] = []
    Object.assign(globalThis, { workers })
    globalThis.Worker = class extends Original {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options)
        workers.push(this)
      }
    }
  })
  await chat.open('/?lang=en')
  await chat.ask('1 + 1')
  await page.evaluate(() => {
    const { workers } = globalThis as unknown as { workers: Worker[] }
    workers.at(-1)?.dispatchEvent(new ErrorEvent('error', { message: 'killed' }))
  })
  await expect(page.getByTestId('notice')).toHaveAttribute('data-code', 'engine-crashed')
  expect((await chat.ask('30 + 12')).answer).toBe('30 + 12 = 42')
  await expect(page.getByTestId('notice')).toHaveCount(0)
})
