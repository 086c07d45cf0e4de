import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'

test('runs a GGUF file that somebody brings, and keeps it', async ({ page }) => {
  const chat = new ChatPage(page)
  await page.goto('/#/models')
  const buffer = await readFile('public/models/nano/nano.gguf')
  await page.getByTestId('import-model').setInputFiles({ name: 'Own model.gguf', mimeType: '', buffer })
  const card = page.locator('[data-testid=model-card][data-model-id=gguf-own-model]')
  await expect(card.getByTestId('model-stored')).toHaveAttribute('data-complete', 'true')
  await expect(card.getByTestId('context')).toHaveValue('1024')
  await card.getByTestId('use-model').click()
  await page.getByTestId('models-back').click()
  await expect(chat.model).toHaveAttribute('data-model-id', 'gguf-own-model')
  const reply = await chat.ask('What is 3847 + 2956?')
  expect(reply.answer).toContain('6803')
  expect(reply.thought).not.toBe('')
  await expect(chat.model).toHaveAttribute('data-engine', 'processor')
  await page.reload()
  expect((await chat.ask('12 + 30')).answer).toContain('42')
})

test('says what a file is that is no model, and what to do', async ({ page }) => {
  await page.goto('/#/models')
  for (const [name, content, problem] of [
    ['model.gguf', '<!doctype html><title>404</title>', 'gguf-unusable'],
    ['model.gguf', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n', 'gguf-unusable'],
    ['model.zip', 'not a zip', 'artifact-damaged'],
    ['holiday.jpg', '\xff\xd8\xff', 'gguf-unusable'],
  ] as const) {
    const file = { name, mimeType: '', buffer: Buffer.from(content, 'latin1') }
    await page.getByTestId('import-model').setInputFiles(file)
    const said = page.getByTestId('add-model-problem')
    await expect(said).toHaveAttribute('data-problem', problem)
    await expect(said).toContainText(name)
  }
  await expect(page.locator('[data-testid=model-card][data-model-id^=gguf-]')).toHaveCount(0)
})

test('takes a file that is dropped on the chat, and says what is wrong with another', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  const drop = async (name: string, bytes: readonly number[]) => {
    const data = await page.evaluateHandle(
      ([file, content]) => {
        const transfer = new DataTransfer()
        transfer.items.add(new File([new Uint8Array(content)], file))
        return transfer
      },
      [name, bytes] as const,
    )
    // A hand that drags gives many of these events; the first may come before the page listens.
    await expect(async () => {
      await page.dispatchEvent('body', 'dragover', { dataTransfer: data })
      await expect(page.getByTestId('drop-model')).toBeVisible({ timeout: 1000 })
    }).toPass()
    await page.dispatchEvent('body', 'drop', { dataTransfer: data })
    await expect(page.getByTestId('models')).toBeVisible()
  }
  await drop('notes.gguf', [1, 2, 3, 4, 5])
  await expect(page.getByTestId('add-model-problem')).toHaveAttribute('data-problem', 'gguf-unusable')
  await page.getByTestId('models-back').click()
  await expect(chat.composer).toBeVisible()
  await drop('dropped.gguf', [...(await readFile('public/models/nano/nano.gguf'))])
  await page.locator('[data-model-id=gguf-dropped]').getByTestId('use-model').click()
  await page.getByTestId('models-back').click()
  expect((await chat.ask('12 + 30')).answer).toContain('42')
})
