import { AxeBuilder } from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'

const violations = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => ({
    id,
    at: nodes.map((node) => node.html),
  }))

for (const colorScheme of ['light', 'dark'] as const)
  for (const [device, viewport] of Object.entries({
    phone: { width: 320, height: 640 },
    desktop: { width: 1440, height: 900 },
  }))
    test.describe(`${colorScheme}, ${device}`, () => {
      test.use({ colorScheme, viewport })

      test('has no accessibility violation and never scrolls sideways: empty, answered, with an error, the list open, models', async ({
        page,
      }) => {
        const faultless = async () => {
          expect(await violations(page)).toEqual([])
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
          expect(overflow).toBeLessThanOrEqual(0)
        }
        const chat = new ChatPage(page)
        await chat.open()
        await faultless()
        await chat.ask('20 + 22')
        await page.locator('[data-part=thought-toggle]').click()
        await faultless()
        await chat.ask('x'.repeat(3000))
        await expect(page.getByTestId('notice')).toBeVisible()
        if (device === 'phone') await page.getByTestId('open-drawer').click()
        await expect(page.getByTestId('chat-item')).toBeVisible()
        await faultless()
        await page.goto('#/models')
        await expect(page.getByTestId('storage')).toBeVisible()
        await faultless()
      })
    })

test('works by keyboard alone', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.composer.focus()
  await page.keyboard.type('20 + 22')
  await page.keyboard.press('Shift+Enter')
  await expect(chat.composer).toHaveValue('20 + 22\n')
  await page.keyboard.press('Enter')
  expect((await chat.finished(0)).answer).toBe('20 + 22 = 42')
  await page.keyboard.type('What can you do?')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  expect((await chat.finished(1)).state).toMatch(/stopped|done/)
})

test('does not send the Enter that ends a composition', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.composer.fill('ni')
  await chat.composer.dispatchEvent('keydown', { key: 'Enter', isComposing: true })
  await chat.composer.dispatchEvent('keydown', { key: 'Enter', keyCode: 229 })
  await expect(chat.questions).toHaveCount(0)
  await expect(chat.composer).toHaveValue('ni')
})

test('does by shortcut what the buttons do, and lists the shortcuts', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('21 + 21')
  await page.keyboard.press('Control+Shift+C')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('21 + 21 = **42**')

  await page.keyboard.press('Control+Slash')
  const sheet = page.getByTestId('shortcuts')
  await expect(sheet).toBeVisible()
  expect((await new AxeBuilder({ page }).include('[data-testid=shortcuts]').analyze()).violations).toEqual([])
  await page.keyboard.press('Escape')
  await expect(sheet).toBeHidden()

  await page.keyboard.press('Control+B')
  await expect(page.getByTestId('new-chat')).toBeHidden()
  await page.keyboard.press('Control+B')
  await expect(page.getByTestId('new-chat')).toBeVisible()

  await page.keyboard.press('Shift+Escape')
  await expect(chat.composer).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(chat.composer).toHaveValue('21 + 21')
  await chat.composer.fill('')

  await page.keyboard.press('Control+Shift+O')
  await expect(chat.questions).toHaveCount(0)
  await page.keyboard.press('Control+Shift+ArrowDown')
  await expect(chat.questions).toHaveCount(1)
})
