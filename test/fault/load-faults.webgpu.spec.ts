import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { lacking } from '../fixtures/no-gpu'
import { said } from '../fixtures/texts'

/** A fault of the model, and the page's message about it. */
interface Fault {
  readonly name: string
  readonly provoke: (page: Page) => Promise<unknown>
  readonly code: string
  readonly text: Parameters<typeof said>[1]
  readonly values?: Readonly<Record<string, string>>
  /** The file at fault belongs to the engine for the processor. */
  readonly onProcessor?: true
}

const SHARD = '**/models/nano/params_shard_0.bin'
const MANIFEST = '**/models/nano/manifest.json'

const FAULTS: readonly Fault[] = [
  {
    name: 'a shard is missing',
    provoke: (page) => page.route(SHARD, (route) => route.fulfill({ status: 404, body: 'no' })),
    code: 'artifact-missing',
    text: 'error_artifact_missing',
    values: { file: 'params_shard_0.bin' },
  },
  {
    name: 'a shard arrives with other bytes',
    provoke: (page) =>
      page.route(SHARD, async (route) => {
        const response = await route.fetch()
        const body = await response.body()
        body[1000] = (body[1000] ?? 0) ^ 1
        await route.fulfill({ response, body })
      }),
    code: 'artifact-damaged',
    text: 'error_artifact_damaged',
    values: { file: 'params_shard_0.bin' },
  },
  {
    name: 'an error page comes with status 200',
    provoke: (page) => page.route(SHARD, (route) => route.fulfill({ status: 200, body: '<html>Log in</html>' })),
    code: 'artifact-damaged',
    text: 'error_artifact_damaged',
  },
  {
    name: 'the connection breaks',
    provoke: (page) => page.route(SHARD, (route) => route.abort('connectionreset')),
    code: 'network',
    text: 'error_network',
    values: { file: 'params_shard_0.bin' },
  },
  {
    name: 'the manifest is wrong',
    provoke: (page) => page.route(MANIFEST, (route) => route.fulfill({ json: { version: 1, id: 'nano' } })),
    code: 'manifest-invalid',
    text: 'error_manifest_invalid',
    values: { field: 'name' },
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
      await page.route(MANIFEST, async (route) => {
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
  {
    name: 'the file for the processor is missing',
    provoke: (page) => page.route('**/*.gguf', (route) => route.fulfill({ status: 404, body: 'no' })),
    code: 'artifact-missing',
    text: 'error_artifact_missing',
    values: { file: 'nano.gguf' },
    onProcessor: true,
  },
  {
    name: 'the engine for the processor cannot be fetched',
    provoke: (page) => page.route('**/assets/wllama-*', (route) => route.abort('connectionreset')),
    code: 'network',
    text: 'error_network',
    onProcessor: true,
  },
]

for (const fault of FAULTS)
  test(`says so when ${fault.name}, in both languages, and keeps the conversation`, async ({ page }) => {
    const chat = new ChatPage(page)
    if (fault.onProcessor) await lacking('WebGPU', page)
    await chat.open('/?lang=en')
    await fault.provoke(page)
    await chat.send('30 + 12')
    expect((await chat.finished(0)).state).toBe('error')
    const notice = chat.replies.getByTestId('notice')
    await expect(notice).toHaveAttribute('data-code', fault.code)
    await expect(notice.locator('p')).toHaveText(said('en', fault.text, fault.values))
    await chat.speak('zh-CN')
    await expect(notice.locator('p')).toHaveText(said('zh-CN', fault.text, fault.values))
    await expect(chat.questions).toHaveText(/30 \+ 12/)

    await page.unrouteAll({ behavior: 'wait' })
    await notice.locator('[data-part=notice-action]').click()
    await expect(chat.replies.locator('[data-part=answer]')).toHaveText('30 + 12 = 42', { timeout: 30_000 })
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

const LACKS = [
  { lack: 'WebGPU', reason: 'no-webgpu', text: 'processor_no_webgpu' },
  { lack: 'adapter', reason: 'no-adapter', text: 'processor_no_adapter' },
] as const

for (const { lack, reason, text } of LACKS)
  test(`answers on the processor without ${lack}, and says so before anything is asked`, async ({ page }) => {
    await lacking(lack, page)
    const chat = new ChatPage(page)
    await chat.open('/?lang=en')
    await expect(page.getByTestId('processor')).toHaveAttribute('data-reason', reason)
    await expect(page.getByTestId('processor')).toHaveText(said('en', text))
    expect((await chat.ask('30 + 12')).answer).toBe('30 + 12 = 42')
    await chat.speak('zh-CN')
    await expect(page.getByTestId('processor')).toHaveText(said('zh-CN', text))
    await expect(page.getByTestId('notice')).toHaveCount(0)
  })

test('says of a larger model that it needs WebGPU, and leads to Nano', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  await page.evaluate(async () => {
    const { gguf, ...nano } = (await (await fetch('models/nano/manifest.json')).json()) as Record<string, unknown>
    if (!gguf) throw new Error('Nano has no GGUF.')
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('thinktab-models')
      opening.onupgradeneeded = () => opening.result.createObjectStore('models')
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(new Error('The list of models could not be opened.'))
    })
    const transaction = database.transaction('models', 'readwrite')
    transaction.objectStore('models').put({ manifest: { ...nano, id: 'big', name: 'Big' }, addedAt: 1 }, 'big')
    await new Promise((resolve) => (transaction.oncomplete = resolve))
    database.close()
    localStorage.setItem('thinktab-model', 'big')
  })
  await lacking('WebGPU', page)
  await page.reload()
  await expect(page.getByTestId('notice')).toHaveAttribute('data-code', 'no-webgpu')
  await expect(chat.model).toHaveAttribute('data-state', 'error')
  await expect(page.getByTestId('processor')).toHaveCount(0)
  await page.locator('[data-part=notice-action]').click()
  await page.locator('[data-testid=model-card][data-model-id=nano] [data-part=use]').click()
  await page.goto('/#/')
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
