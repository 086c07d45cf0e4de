import { readFileSync } from 'node:fs'
import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { said, type Locale } from '../fixtures/texts'
import { violations } from '../fixtures/violations'

/** Presses Tab until an element has the focus, as a person without a mouse would. */
async function tabTo(page: Page, testid: string): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await page.getByTestId(testid).evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${testid}.`)
}

const SIZES = {
  phone: { width: 390, height: 844 },
  narrow: { width: 320, height: 640 },
  desktop: { width: 1280, height: 800 },
}

for (const locale of ['en', 'zh-CN'] as const satisfies readonly Locale[])
  for (const [device, viewport] of Object.entries(SIZES))
    test.describe(`${locale}, ${device}`, () => {
      test.use({ viewport, locale, colorScheme: device === 'phone' ? 'dark' : 'light' })

      test('settings have no accessibility violation and never scroll sideways, also with a mistake in them', async ({
        page,
      }) => {
        const chat = new ChatPage(page)
        await chat.open()
        await page.keyboard.press('Control+Comma')
        await expect(page.getByTestId('version')).toBeVisible()
        await expect(page.getByRole('heading', { level: 1 })).toHaveText(said(locale, 'settings'))
        await page.getByTestId('setting-temperature').fill('7')
        await page.getByTestId('setting-effort').selectOption('number')
        await page.getByTestId('setting-seed').fill('7')
        await page.getByTestId('preset-save-as').click()
        await page.getByTestId('preset-save').click()
        await page.getByTestId('licences').locator('summary').click()
        expect(await violations(page)).toEqual([])
        for (const size of ['normal', 'larger']) {
          await page.getByTestId('text-size').selectOption(size)
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
          expect(overflow).toBeLessThanOrEqual(0)
        }
        expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBeLessThanOrEqual(0)
      })
    })

test('sets the language, the theme and a default by keyboard alone, and comes back', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open('/?lang=en')
  await page.keyboard.press('Control+Comma')
  await expect(page.getByTestId('settings')).toBeFocused()
  await tabTo(page, 'language')
  await page.keyboard.press('ArrowDown')
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  await expect(page.getByTestId('language')).toBeFocused()
  await tabTo(page, 'theme')
  await page.keyboard.press('End')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await tabTo(page, 'setting-temperature')
  await page.keyboard.type('3')
  await expect(page.locator('[data-part=setting-problem]')).toHaveText(
    said('zh-CN', 'setting_range', { least: '0', most: '2' }),
  )
  await page.keyboard.press('Tab')
  await expect(page.getByTestId('setting-temperature-reset')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('setting-temperature')).toBeFocused()
  await page.keyboard.type('0.3')

  await page.reload()
  await expect(page.getByTestId('setting-temperature')).toHaveValue('0.3')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await tabTo(page, 'settings-back')
  await page.keyboard.press('Enter')
  await expect(chat.composer).toBeVisible()
})

test('leads to each section by its own address', async ({ page }) => {
  await page.goto('/#/settings/chat')
  await expect(page.locator('#settings-chat')).toBeFocused()
  await page.getByTestId('settings-about-link').click()
  await expect(page).toHaveURL(/#\/settings\/about$/)
  await expect(page.locator('#settings-about')).toBeInViewport()
  await expect(page.getByRole('banner')).toBeInViewport()
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  await expect(page.getByTestId('version')).toContainText(version)
  await page.getByTestId('licences').locator('summary').click()
  for (const name of ['svelte', '@wllama/wllama', '@mlc-ai/web-llm', 'lowlight'])
    await expect(page.getByTestId('licences').getByRole('cell', { name, exact: true })).toBeVisible()
})

test('shows the page as it was chosen, before anything of the application is there', async ({ page }) => {
  await page.goto('/#/settings/appearance')
  await page.getByTestId('text-size').selectOption('large')
  await page.getByTestId('density').selectOption('compact')
  const size = () => page.evaluate(() => getComputedStyle(document.documentElement).fontSize)
  expect(await size()).toBe('18px')
  await page.route('**/assets/*.js', (route) => route.abort())
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-density', 'compact')
  expect(await size()).toBe('18px')
})

test('sends by Ctrl and Enter alone, and leaves thoughts open, where that was chosen', async ({ page }) => {
  const chat = new ChatPage(page)
  await page.goto('/#/settings')
  await page.getByTestId('send-key').selectOption('ctrl-enter')
  await page.getByTestId('thoughts').selectOption('open')
  await page.getByTestId('settings-back').click()
  await chat.composer.fill('20 + 22')
  await chat.composer.press('Enter')
  await expect(chat.composer).toHaveValue('20 + 22\n')
  await chat.composer.press('Control+Enter')
  expect((await chat.finished(0)).answer).toBe('20 + 22 = 42')
  await expect(page.locator('[data-part=thought]')).toHaveAttribute('data-open', 'true')
})

test('takes presets out as a file and in again', async ({ page }) => {
  await page.goto('/#/settings/chat')
  await page.getByTestId('setting-seed').fill('7')
  await page.getByTestId('preset-save-as').click()
  await page.getByTestId('preset-name').fill('Seven')
  await page.getByTestId('preset-name').press('Enter')
  await expect(page.getByTestId('preset-item')).toContainText('Seven')
  const saving = page.waitForEvent('download')
  await page.getByTestId('presets-save').click()
  const file = await (await saving).path()
  const item = page.getByTestId('preset-item')
  await item.locator('[data-part=delete]').click()
  await expect(item).toHaveCount(0)
  await page.getByTestId('presets-load').setInputFiles(file)
  await expect(item).toContainText('Seven')
  await page.reload()
  await page.getByTestId('setting-seed').fill('9')
  await page.getByTestId('preset').selectOption({ label: 'Seven' })
  await page.getByTestId('preset-apply').click()
  await expect(page.getByTestId('setting-seed')).toHaveValue('7')
  await page.getByTestId('settings-undo').click()
  await expect(page.getByTestId('setting-seed')).toHaveValue('9')
})
