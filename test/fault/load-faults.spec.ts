import { expect, test } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { changeByte, expectToldAndOver, type LoadFault } from '../fixtures/load-fault'
import { lacking } from '../fixtures/no-gpu'
import { said } from '../fixtures/texts'

const FILE = '**/models/nano/nano.gguf'

const FAULTS: readonly LoadFault[] = [
  {
    name: 'a file is missing',
    provoke: (page) => page.route(FILE, (route) => route.fulfill({ status: 404, body: 'no' })),
    code: 'artifact-missing',
    text: 'error_artifact_missing',
    values: { file: 'nano.gguf' },
  },
  {
    name: 'a file arrives with other bytes',
    provoke: (page) => changeByte(page, FILE),
    code: 'artifact-damaged',
    text: 'error_artifact_damaged',
    values: { file: 'nano.gguf' },
  },
  {
    name: 'an error page comes with status 200',
    provoke: (page) => page.route(FILE, (route) => route.fulfill({ status: 200, body: '<html>Log in</html>' })),
    code: 'artifact-damaged',
    text: 'error_artifact_damaged',
  },
  {
    name: 'the connection breaks',
    provoke: (page) => page.route(FILE, (route) => route.abort('connectionreset')),
    code: 'network',
    text: 'error_network',
    values: { file: 'nano.gguf' },
  },
  {
    name: 'the manifest is wrong',
    provoke: (page) =>
      page.route('**/models/nano/manifest.json', (route) => route.fulfill({ json: { version: 1, id: 'nano' } })),
    code: 'manifest-invalid',
    text: 'error_manifest_invalid',
    values: { field: 'name' },
  },
  {
    name: 'the engine for the processor cannot be fetched',
    provoke: (page) => page.route('**/assets/wllama-*', (route) => route.abort('connectionreset')),
    code: 'network',
    text: 'error_network',
  },
]

for (const fault of FAULTS)
  test(`says so when ${fault.name}, in both languages, and keeps the conversation`, async ({ page }) => {
    await expectToldAndOver(page, fault)
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
