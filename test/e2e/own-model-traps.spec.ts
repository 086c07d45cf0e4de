import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { expect, test, type Page } from '@playwright/test'
import { BlobReader, BlobWriter, ZipWriter } from '@zip.js/zip.js'
import { said } from '../fixtures/texts'

const NANO = 'public/models/nano'
const FILES = [
  'manifest.json',
  'mlc-chat-config.json',
  'tensor-cache.json',
  'tokenizer.json',
  'nano-software.wasm',
  'params_shard_0.bin',
  'nano.gguf',
]

async function nano(): Promise<Map<string, Buffer>> {
  return new Map(await Promise.all(FILES.map(async (name) => [name, await readFile(`${NANO}/${name}`)] as const)))
}

/** The manifest under another id, because Nano itself is always there. */
function renamed(files: Map<string, Buffer>): Map<string, Buffer> {
  const manifest = JSON.parse(String(files.get('manifest.json'))) as object
  return files.set('manifest.json', Buffer.from(JSON.stringify({ ...manifest, id: 'copy', name: 'Copy' })))
}

async function zipOf(files: ReadonlyMap<string, Buffer>, folder = ''): Promise<Buffer> {
  const writer = new ZipWriter(new BlobWriter())
  for (const [name, bytes] of files) await writer.add(folder + name, new BlobReader(new Blob([new Uint8Array(bytes)])))
  return Buffer.from(await (await writer.close()).arrayBuffer())
}

const give = (page: Page, name: string, buffer: Buffer) =>
  page.getByTestId('import-model').setInputFiles({ name, mimeType: '', buffer })
const problem = (page: Page) => page.getByTestId('add-model-problem')

test.beforeEach(async ({ page }) => {
  await page.goto('/?lang=en#/models')
  await expect(page.getByTestId('import-model')).toBeAttached()
})

test('takes a .zip that somebody made of the folder, with the folder in it', async ({ page }) => {
  await give(page, 'nano.zip', await zipOf(renamed(await nano()), 'my models/nano/'))
  await expect(page.locator('[data-model-id=copy]').getByTestId('use-model')).toBeVisible()
})

test('says what is wrong with a .zip: cut, without a manifest, without a file, with a changed one', async ({
  page,
}) => {
  const whole = renamed(await nano())
  const zip = await zipOf(whole)
  await give(page, 'cut.zip', zip.subarray(0, zip.length / 2))
  await expect(problem(page)).toHaveText(said('en', 'import_zip_broken', { file: 'cut.zip' }))

  const others = new Map([...whole].filter(([name]) => name !== 'manifest.json'))
  await give(page, 'bare.zip', await zipOf(others))
  await expect(problem(page)).toHaveText(said('en', 'import_no_manifest'))

  await give(page, 'broken.zip', await zipOf(new Map([['manifest.json', Buffer.from('{"version"')]])))
  await expect(problem(page)).toHaveText(said('en', 'import_manifest_broken'))

  await give(page, 'odd.zip', await zipOf(new Map([['manifest.json', Buffer.from('{"version":2}')]])))
  await expect(problem(page)).toHaveAttribute('data-problem', 'manifest-invalid')
  await expect(page.locator('[data-model-id=copy]')).toHaveCount(0)
})

test('says of a folder without CORS how to tell that from a broken connection, and what to do', async ({ page }) => {
  const manifest = await readFile(`${NANO}/manifest.json`)
  const server = createServer((_, response) => response.end(manifest))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await page.getByTestId('add-model').fill(`http://127.0.0.1:${port}/nano/`)
  await page.getByTestId('add-model-send').click()
  await page.locator('[data-testid=place] [data-part=allow]').click()
  await expect(problem(page)).toHaveText(said('en', 'import_no_answer', { file: `127.0.0.1:${port}` }))
  server.close()
})
