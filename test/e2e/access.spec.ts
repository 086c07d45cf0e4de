import { expect, test } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { clipboard } from '../fixtures/clipboard'
import { violations } from '../fixtures/violations'

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
  await expect.poll(() => clipboard(page)).toBe('21 + 21 = **42**')

  await page.keyboard.press('Control+Slash')
  const sheet = page.getByTestId('shortcuts')
  await expect(sheet).toBeVisible()
  expect(await violations(page, '[data-testid=shortcuts]')).toEqual([])
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

test('has the focus in the question field on load, in a new chat and in one that is opened, but not on a phone', async ({
  page,
  browser,
}) => {
  const chat = new ChatPage(page)
  await chat.open()
  await expect(chat.composer).toBeFocused()
  await chat.ask('20 + 22')
  for (const link of ['new-chat', 'new-chat', 'chat-item']) {
    await page
      .getByTestId(link)
      .locator('a')
      .or(page.locator(`a[data-testid=${link}]`))
      .first()
      .click()
    await expect(chat.composer).toBeFocused()
  }
  await page.getByTestId('settings-link').click()
  await page.getByTestId('setting-instructions').click()
  await expect(page.getByTestId('setting-instructions')).toBeFocused()
  await page.getByTestId('settings-back').click()
  await expect(chat.composer).toBeFocused()

  const phone = await browser.newPage({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } })
  await new ChatPage(phone).open(page.url())
  await expect(phone.getByTestId('composer')).not.toBeFocused()
  await phone.close()
})

test('leaves the focus in a dialog, and skips to the content first of all', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await page.keyboard.press('Control+Slash')
  await expect(page.getByTestId('shortcuts')).toBeVisible()
  await page.evaluate(() => (location.hash = '#/c/none')) // which begins a new chat
  await expect(page).toHaveURL(/#\/$/)
  await expect(chat.composer).not.toBeFocused()
  await page.keyboard.press('Escape')

  await page.evaluate(() => {
    document.body.tabIndex = -1
    document.body.focus()
  })
  await page.keyboard.press('Tab')
  const skip = page.getByTestId('skip')
  await expect(skip).toBeFocused()
  await expect(skip).toBeInViewport()
  await page.keyboard.press('Enter')
  await expect(page.locator('main')).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(page.getByTestId('suggestion').first()).toBeFocused()
  await expect(skip).not.toBeInViewport()
})

for (const [name, viewport] of Object.entries({
  'four times its size': { width: 320, height: 200 },
  'a phone held sideways': { width: 740, height: 360 },
  'a touch keyboard': { width: 390, height: 420 },
}))
  test(`opens at the top, with a field that can be used: ${name}`, async ({ page }) => {
    await page.setViewportSize(viewport)
    const chat = new ChatPage(page)
    await chat.open()
    await expect(page.getByTestId('welcome').getByRole('heading')).toBeInViewport({ ratio: 1 })
    for (const part of [chat.composer, page.getByTestId('send')]) await expect(part).toBeInViewport({ ratio: 1 })
    expect(await violations(page)).toEqual([])
    await chat.ask('20 + 22')
    const seen = async () => ((await page.getByTestId('scroller').boundingBox())?.height ?? 0) / viewport.height
    expect(await seen()).toBeGreaterThan(0.2)
    await chat.composer.fill('one\ntwo\nthree\nfour\nfive')
    for (const part of [chat.composer, page.getByTestId('send')]) await expect(part).toBeInViewport({ ratio: 1 })
    expect(await seen()).toBeGreaterThan(0.1)
    expect(await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)).toBeLessThanOrEqual(0)
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  })
