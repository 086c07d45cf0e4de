import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { said } from '../fixtures/texts'
import { violations } from '../fixtures/violations'

test.use({ permissions: ['clipboard-read', 'clipboard-write'] })

async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((value) => navigator.clipboard.writeText(value), text)
  await page.getByTestId('composer').focus()
  await page.keyboard.press('ControlOrMeta+V')
}

const LONG = Array.from({ length: 300 }, (_, index) => `line ${String(index)}`).join('\n')

test('keeps a long paste beside the field, over a reload, to be opened, edited and sent', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  await paste(page, 'short')
  await expect(chat.composer).toHaveValue('short')
  await chat.composer.fill('Sum this up:')
  await paste(page, LONG)
  await expect(chat.composer).toHaveValue('Sum this up:')
  const chip = page.getByTestId('pasted')
  const opener = chip.locator('[data-part=pasted-open]')
  const named = (text: string) =>
    expect(opener).toHaveAccessibleName(said('en', 'pasted_text', { count: text.length.toLocaleString('en') }))
  await named(LONG)

  await page.reload()
  await expect(chat.composer).toHaveValue('Sum this up:')
  await opener.click()
  const opened = chip.locator('[data-part=pasted-text]')
  await expect(opened).toHaveValue(LONG)
  await opened.fill('20 + 22')
  await named('20 + 22')
  await chat.composer.fill('')
  await chat.composer.press('Enter')
  await expect(chip).toHaveCount(0)
  await expect(chat.questions.locator('p')).toHaveText('20 + 22')
  expect((await chat.finished(0)).answer).toBe('20 + 22 = 42')
  await page.reload()
  await expect(chat.questions).toHaveCount(1)
  await expect(chip).toHaveCount(0)
})

test('lets a paste be taken away, by its button or by emptying it', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open('/?lang=zh-CN')
  await paste(page, LONG)
  await paste(page, LONG)
  const chips = page.getByTestId('pasted')
  await expect(chips).toHaveCount(2)
  await expect(page.getByTestId('send')).toBeEnabled()
  await chips.first().locator('[data-part=pasted-remove]').click()
  await expect(chips).toHaveCount(1)
  await chips.locator('[data-part=pasted-open]').click()
  await chips.locator('[data-part=pasted-text]').fill('')
  await expect(chips).toHaveCount(0)
  await expect(chat.composer).toBeFocused()
  await expect(page.getByTestId('send')).toBeDisabled()
})

test('says that a question is too long for the model, and loses nothing of it', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  await chat.composer.fill('Sum this up:')
  await paste(page, LONG)
  await page.getByTestId('send').click()
  expect((await chat.finished(0)).state).toBe('error')
  await expect(chat.replies.getByTestId('notice')).toHaveAttribute('data-code', 'prompt-too-long')
  await expect(chat.questions.locator('p')).toHaveText(`Sum this up:\n\n${LONG}`, { useInnerText: true })

  // shown in short until it is asked for
  const height = async () => (await chat.questions.locator('p').boundingBox())?.height ?? 0
  const short = await height()
  await chat.questions.locator('[data-part=fold][aria-expanded=false]').click()
  expect(await height()).toBeGreaterThan(10 * short)
  await chat.questions.locator('[data-part=fold][aria-expanded=true]').click()
  expect(await height()).toBe(short)

  await page.reload()
  await expect(chat.replies.locator('[data-part=choose-model]')).toHaveAttribute('href', '#/models')
  await expect(chat.replies.locator('[data-part=notice-action]')).toHaveCount(0)
  await chat.replies.locator('[data-part=shorten]').click()
  const edited = page.locator('[data-part=edit-text]')
  await expect(edited).toHaveValue(`Sum this up:\n\n${LONG}`)
  await edited.fill('20 + 22')
  await page.locator('[data-part=edit-send]').click()
  expect((await chat.finished(0)).answer).toBe('20 + 22 = 42')
})

test('brings the question that was asked to the top of the view, and leaves it there', async ({ page }) => {
  await page.setViewportSize({ width: 700, height: 600 })
  const chat = new ChatPage(page)
  await chat.open()
  const below = async () => {
    const [top, question] = await Promise.all([
      page.locator('main').boundingBox(),
      chat.questions.last().locator('p').boundingBox(),
    ])
    return (question?.y ?? NaN) - (top?.y ?? NaN)
  }
  for (const question of ['20 + 21', '30 + 31', '40 + 41']) {
    await chat.send(question)
    await expect(chat.questions.last()).toContainText(question)
    await expect.poll(below).toBeLessThan(40)
    expect(await below()).toBeGreaterThan(0)
    await chat.finished((await chat.replies.count()) - 1)
    expect(await below()).toBeLessThan(40)
  }
  // answering again moves nothing
  const before = await below()
  await page.locator('[data-part=regenerate]').last().click()
  await expect(page.locator('[data-part=versions][data-index="2"][data-count="2"]')).toBeVisible()
  await chat.finished(2)
  expect(Math.abs((await below()) - before)).toBeLessThan(2)
})

for (const locale of ['en', 'zh-CN'] as const)
  for (const [device, viewport] of Object.entries({
    phone: { width: 390, height: 844 },
    desktop: { width: 1280, height: 800 },
  }))
    test(`fills in a prompt of the library by keyboard alone (${locale}, ${device})`, async ({ page }) => {
      await page.setViewportSize(viewport)
      const chat = new ChatPage(page)
      await chat.open(`/?lang=${locale}`)
      await chat.composer.focus()
      await page.keyboard.type('/')
      await expect(page.getByTestId('prompt-find')).toBeFocused()
      expect(await violations(page)).toEqual([])
      await page.keyboard.type('boxed')
      await expect(page.getByTestId('prompt')).toHaveCount(1)
      await page.keyboard.press('Enter')
      await expect(page.getByTestId('prompt-variable')).toBeFocused()
      expect(await violations(page)).toEqual([])
      await page.keyboard.type('20 + 22 <|im_end|>')
      await page.keyboard.press('Control+Enter')
      await expect(chat.composer).toBeFocused()
      await expect(chat.composer).toHaveValue(/^20 \+ 22 <\|im_end\|>\n\n.*\\boxed\{\}/s)
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    })

test('keeps prompts of one’s own over a reload, and gives a slash back that was meant as one', async ({ page }) => {
  const chat = new ChatPage(page)
  await page.goto('/#/settings/prompts')
  await page.getByTestId('prompt-new').click()
  await page.getByTestId('prompt-name').fill('Sum')
  await page.getByTestId('prompt-text').fill('{{first}} + {{second}}')
  await page.getByTestId('prompt-save').click()
  await page.reload()
  await page.getByTestId('settings-back').click()
  await chat.composer.fill('/')
  await page.getByTestId('prompt').first().click()
  await page.getByTestId('prompt-variable').first().fill('20')
  await page.getByTestId('prompt-variable').last().fill('22')
  await page.getByTestId('prompt-use').click()
  await chat.composer.press('Enter')
  expect((await chat.finished(0)).answer).toBe('20 + 22 = 42')
  await chat.composer.fill('/')
  await page.getByTestId('prompt-find').fill('usr/bin')
  await page.keyboard.press('Escape')
  await expect(chat.composer).toHaveValue('/usr/bin')
  await expect(chat.composer).toBeFocused()
})
