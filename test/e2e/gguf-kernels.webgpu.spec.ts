import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'

const NANO = 'dist/models/nano'

/** Lets the site have kernels for Nano's own GGUF file: its layouts, and a program that is fetched and never run. */
async function shipKernels(page: Page): Promise<void> {
  const body = await readFile(`${NANO}/nano-software.wasm`)
  const { model_config: config } = JSON.parse(await readFile(`${NANO}/mlc-chat-config.json`, 'utf8')) as {
    model_config: { num_hidden_layers: number; tie_word_embeddings: boolean }
  }
  const matrices = 1 + 4 * config.num_hidden_layers + (config.tie_word_embeddings ? 0 : 1)
  const kernels = {
    file: 'nano-gguf.wasm',
    bytes: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
    model: 'Nano',
    quantization: 'gguf',
    layouts: Array<string>(matrices).fill('q4_0').join(' '),
    weightBytes: 1_000_000,
    context: 1024,
    features: [],
    limits: {},
    kvCache: { bytesPerToken: 512 },
    decode: { overheadMilliseconds: 1, bandwidthShare: 1 },
    config,
  }
  await page.route('**/models/libraries/libraries.json', (route) => route.fulfill({ json: { libraries: [kernels] } }))
  await page.route('**/models/libraries/nano-gguf.wasm', (route) => route.fulfill({ body }))
}

async function add(page: Page) {
  await page.goto('/?lang=en#/models')
  const buffer = await readFile(`${NANO}/nano.gguf`)
  await page.getByTestId('import-model').setInputFiles({ name: 'Own.gguf', mimeType: '', buffer })
  const card = page.locator('[data-testid=model-card][data-model-id=gguf-own]')
  await expect(card.getByTestId('model-stored')).toHaveAttribute('data-complete', 'true')
  return card
}

test('a GGUF file with kernels of the site can run on either engine, and says so', async ({ page }) => {
  await shipKernels(page)
  const card = await add(page)
  const choice = card.getByTestId('engine-choice')
  await expect(choice).toHaveValue('')
  await expect(card.locator('[data-part=no-kernels]')).toHaveCount(0)
  await card.getByTestId('use-model').click()
  await page.getByTestId('models-back').click()
  const chat = new ChatPage(page)
  // Here WebGPU is played by the processor, so the page chooses the processor itself.
  expect((await chat.ask('12 + 30')).answer).toContain('42')
  await expect(chat.model).toHaveAttribute('data-engine', 'processor')
  await page.goto('/?lang=en#/models')
  await expect(choice).toBeVisible()
  await choice.selectOption('webgpu')
  await page.reload()
  await expect(choice).toHaveValue('webgpu')
})

test('a GGUF file without kernels says why the processor runs it', async ({ page }) => {
  const card = await add(page)
  await expect(card.locator('[data-part=no-kernels]')).toHaveAttribute('data-reason', 'network')
  await expect(card.getByTestId('engine-choice')).toHaveCount(0)
})
