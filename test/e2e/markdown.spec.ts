import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { clipboard } from '../fixtures/clipboard'
import { store } from '../fixtures/stored'
import { violations } from '../fixtures/violations'

/** Shows a stored answer. @returns its element */
async function show(page: Page, answer: string, thought = 'so') {
  const chat = new ChatPage(page)
  await chat.open()
  await store(page, [{ id: 'one', title: 'One', turns: [['show me', `${thought}\n</think>\n\n${answer}`]] }])
  await page.goto('/#/c/one')
  const element = chat.replies.first().locator('[data-part=answer]')
  await expect(element.locator('.markdown')).toBeVisible()
  return element
}

test.beforeEach(async ({ context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
})

test('draws formulas under the real policy, with what the first of them fetches from the site', async ({ page }) => {
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  const complaints: string[] = []
  page.on('console', (message) => {
    if (/Content.Security.Policy|Trusted/i.test(message.text())) complaints.push(message.text())
  })
  await show(page, 'No formula: $5 and $10.')
  expect(asked.filter((path) => /formula-drawing|KaTeX/.test(path))).toEqual([])

  const answer = await show(
    page,
    'Since \\(a_1 = \\frac12\\),\n\n$$\n\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}\n$$\n\n\\boxed{42}',
  )
  const formulas = answer.locator('[data-part=formula]')
  await expect(formulas).toHaveCount(3)
  for (const formula of await formulas.all()) await expect(formula).toHaveAttribute('data-state', 'drawn')
  expect(await formulas.evaluateAll((all) => all.map((one) => [one.dataset['tex'], one.dataset['display']]))).toEqual([
    ['a_1 = \\frac12', 'false'],
    ['\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}', 'true'],
    ['\\boxed{42}', 'true'],
  ])
  await expect(formulas.first().locator('math')).toHaveCount(1)
  await page.evaluate(() => document.fonts.ready)
  expect(await page.evaluate(() => document.fonts.check('16px KaTeX_Main'))).toBe(true)
  expect(asked.some((path) => /KaTeX_.*woff2$/.test(path))).toBe(true)
  expect(complaints).toEqual([])
  expect(await violations(page, '[data-part=answer]')).toEqual([])
})

test('shows a formula that cannot be drawn as its source, with the reason, and goes on', async ({ page }) => {
  const answer = await show(page, 'A \\(\\nosuchthing{x}\\) and \\(\\frac{1}\\), but $x$.')
  const wrong = answer.locator('[data-part=formula][data-state=wrong]')
  await expect(wrong).toHaveCount(2)
  await expect(wrong.first()).toHaveText('\\(\\nosuchthing{x}\\)')
  await expect(wrong.first().locator('code')).toHaveAttribute('title', /nosuchthing/)
  await expect(answer.locator('[data-state=drawn]')).toHaveCount(1)
})

test('hostile formulas neither hang the page nor reach beyond themselves', async ({ page }) => {
  const hostile = [
    '\\(\\def\\a{\\a\\a}\\a\\)',
    '\\(\\gdef\\b{leaked}\\b\\)',
    '\\(\\b\\)',
    `\\(\\def\\c{${'x'.repeat(500)}}${'\\c'.repeat(300)}\\)`,
    `\\(\\def\\c{${'x'.repeat(100)}}${'\\c'.repeat(70)}\\)`,
    '\\(a\\kern-99999em b\\)',
    '\\(\\rule[-9999em]{2em}{2em}\\)',
    `\\[\\begin{matrix}${'1&'.repeat(3000)}1\\end{matrix}\\]`,
    `\\(${'{'.repeat(900)}x${'}'.repeat(900)}\\)`,
    `\\[${'\\frac{1}{'.repeat(90)}x${'}'.repeat(90)}\\]`,
    `\\[${'x+'.repeat(50_000)}x\\]`,
    '\\(\\rule{9999em}{9999em}\\)',
    '\\(\\href{javascript:alert(1)}{x}\\)',
    '\\(\\includegraphics{https://evil.example/x.png}\\)',
    '\\(\\htmlStyle{background:url(https://evil.example/y)}{x}\\)',
  ]
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('evil')) asked.push(request.url())
  })
  const answer = await show(page, hostile.join('\n\n'))
  const formulas = answer.locator('[data-part=formula]')
  await expect(formulas.first()).not.toHaveAttribute('data-state', 'waiting')
  // The third formula does not have the macro of the second.
  const leaked = answer.locator('[data-tex="\\\\b"]')
  await expect(leaked).toHaveAttribute('data-state', 'wrong')
  expect(await answer.locator('a').count()).toBe(0)
  const widths = await formulas.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width))
  const column = await answer.evaluate((element) => element.getBoundingClientRect().width)
  for (const width of widths) expect(width).toBeLessThanOrEqual(column + 1)
  expect(asked).toEqual([])
  await page.getByTestId('composer').fill('still here')
})

test('a formula has a menu, and copying a selection gives the source', async ({ page }) => {
  const answer = await show(page, 'It is $x^2 = \\frac{1}{2}$ **here**.\n\n- one\n- two $y$')
  const formula = answer.locator('[data-part=formula]').first()
  await expect(formula).toHaveAttribute('data-state', 'drawn')
  for (const [choice, text] of [
    [0, 'x^2 = \\frac{1}{2}'],
    [1, /^<math [^>]*xmlns="http:\/\/www.w3.org\/1998\/Math\/MathML".*<mfrac>.*<\/math>$/s],
    [2, 'x^2 = 1/2'],
  ] as const) {
    await formula.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem').nth(choice).click()
    await expect(page.getByRole('menu')).toHaveCount(0)
    if (typeof text === 'string') await expect.poll(() => clipboard(page)).toBe(text)
    else await expect.poll(() => clipboard(page)).toMatch(text)
  }
  await formula.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem').first()).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(formula).toBeFocused()

  await answer.evaluate((element) => getSelection()?.selectAllChildren(element.querySelector('.markdown') ?? element))
  await page.keyboard.press('Control+C')
  await expect.poll(() => clipboard(page)).toContain('It is $x^2 = \\frac{1}{2}$ here.')
  expect(await clipboard(page)).toMatch(/one\n+\s*two \$y\$/)
})

test('tables scroll inside themselves, keep their header, and can be copied', async ({ page }) => {
  const rows = Array.from({ length: 60 }, (_, row) => `| name ${row} | ${row * 3} | ${'wide '.repeat(40)} |`).join('\n')
  const answer = await show(page, `| a | n | *c* |\n|---|---|---|\n${rows}`)
  const table = answer.locator('table')
  const scroller = answer.getByRole('region').first()
  await scroller.evaluate((element) => element.scrollTo(0, 500))
  const head = await table.locator('th').first().boundingBox()
  const frame = await scroller.boundingBox()
  expect(Math.abs((head?.y ?? 0) - (frame?.y ?? 0))).toBeLessThan(4)
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
  await expect(table.locator('td').nth(1)).toHaveCSS('text-align', 'right')
  await expect(table.locator('td').nth(0)).toHaveCSS('text-align', 'start')
  const menu = answer.locator('[aria-haspopup=menu]')
  await menu.click()
  await page.getByRole('menuitem').nth(0).click()
  await expect
    .poll(() => clipboard(page))
    .toMatch(/^\| a \| n \| \*c\* \|\n\| --- \| --- \| --- \|\n\| name 0 \| 0 \| wide/)
  await menu.click()
  await page.getByRole('menuitem').nth(1).click()
  await expect.poll(() => clipboard(page)).toMatch(/^a,n,c\r\nname 0,0,wide/)
})

test('links say where they go, and footnotes are reached without leaving the conversation', async ({ page }) => {
  const answer = await show(
    page,
    '[bank.example](https://evil.example/x) [here](https://xn--80ak6aa92e.com/) https://e.org/a[^1]\n\n[^1]: The note.',
  )
  const links = answer.getByRole('link')
  await expect(links.nth(0)).toContainText('(evil.example)')
  await expect(links.nth(1)).toContainText('(xn--80ak6aa92e.com)')
  await expect(links.nth(2)).toHaveText('https://e.org/a')
  for (const link of await links.all()) {
    await expect(link).toHaveAttribute('rel', 'noopener noreferrer nofollow')
    await expect(link).toHaveAttribute('referrerpolicy', 'no-referrer')
    await expect(link).toHaveAttribute('target', '_blank')
  }
  await answer.locator('sup button').click()
  await expect(answer.locator('[data-note="1"]')).toBeFocused()
  expect(new URL(page.url()).hash).toBe('#/c/one')
})

test('a thought that has ended is drawn like an answer, with its steps to jump by', async ({ page }) => {
  const thought = [
    'Okay, so I need \\(x\\).',
    'First, **add**.',
    ...Array.from({ length: 40 }, (_, index) => `Filler ${index}.`),
    'Wait, is it right?',
    'So it is 3.',
  ].join('\n\n')
  await show(page, 'It is 3.', thought)
  const box = page.locator('[data-part=thought]')
  await box.getByRole('button').first().click()
  await expect(box.locator('[data-part=thought-text] [data-part=formula]')).toHaveAttribute('data-state', 'drawn')
  await expect(box.locator('[data-part=thought-text] strong')).toHaveText('add')
  const steps = box.locator('[data-part=outline] button')
  await expect(steps).toHaveCount(4)
  await steps.nth(2).click()
  const place = box.locator('[data-part=thought-text] p', { hasText: 'Wait, is it right?' })
  await expect(place).toBeInViewport()
})

test('HTML 5 names are fetched when one is met', async ({ page }) => {
  const answer = await show(page, 'a &times; b &HilbertSpace; c')
  await expect(answer).toContainText('a × b ℋ c')
})
