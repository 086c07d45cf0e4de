import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { DRAWN, everywhere, PAYLOADS } from '../fixtures/payloads'
import { store } from '../fixtures/stored'

/** Presses every button that a selector finds: by a script, because there are hundreds. */
async function press(page: Page, selector: string): Promise<void> {
  const buttons = page.locator(selector)
  expect(await buttons.count()).toBeGreaterThan(0)
  await buttons.evaluateAll((all) => {
    for (const button of all) if (button instanceof HTMLElement) button.click()
  })
}

test('draws a hostile answer as text: nothing runs, nothing is requested', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await store(page, [
    ...PAYLOADS.map((title, index) => ({ id: `title-${String(index)}`, title, turns: [['x', 'y']] as const })),
    {
      id: 'payloads',
      title: PAYLOADS[0] ?? '',
      turns: PAYLOADS.map((text) => ['show me', `${text}\n</think>\n\n${everywhere(text)}`] as const),
    },
  ])
  const asked: string[] = []
  page.on('request', (request) => {
    // menus and outlines come in chunks of their own, with the first press
    if (!/^\/assets\/[\w-]+\.(?:js|css)$/.test(new URL(request.url()).pathname)) asked.push(request.url())
  })
  page.on('dialog', (dialog) => asked.push(dialog.message()))
  await page.goto('/#/c/payloads')
  await expect(chat.replies).toHaveCount(PAYLOADS.length)
  await expect(page.locator('.unread')).toHaveCount(0) // all Markdown is drawn
  // the code that colours is fetched with the first block in sight
  const code = page.locator('[data-part=code][data-language=html]').first()
  await code.scrollIntoViewIfNeeded()
  await expect(code).toHaveAttribute('data-highlighted', 'true')
  asked.length = 0

  // every thought is unfolded, every link in an answer is looked at and every button in it pressed
  await press(page, '[data-part=thought] .head > button')
  await expect(page.locator('[data-part=thought-text] .markdown')).toHaveCount(PAYLOADS.length)
  // (a preview runs what it is given: preview-isolation.spec.ts looks at that)
  await press(page, '[data-part=answer] button:not([data-part=preview-open])')
  await page.locator('[data-part=answer] a').evaluateAll((links) => {
    for (const link of links)
      for (const type of ['pointerover', 'mouseover', 'mouseenter', 'focus'])
        link.dispatchEvent(new Event(type, { bubbles: true }))
  })
  await page.waitForTimeout(500)

  const found = await page.evaluate((drawn) => {
    const allowed = new Set(drawn.split('|'))
    const all = [...document.querySelectorAll('[data-part=answer] *, [data-part=thought-text] *')]
    const parts = all.filter((element) => !element.closest('.katex, [popover]'))
    const inFormulas = all.filter((element) => element.closest('.katex'))
    return {
      fired: 'fired' in window,
      foreign: parts
        .map((element) => element.localName)
        .filter((name) => !allowed.has(name) && name !== 'svg' && name !== 'path' && name !== 'rect'),
      inFormulas: inFormulas
        .filter(
          (element) =>
            /^(?:a|audio|base|embed|foreignObject|form|iframe|image|img|link|object|script|style|use|video)$/i.test(
              element.localName,
            ) || element.getAttributeNames().some((name) => /^(?:on|.*href|src|action|data-x)/.test(name)),
        )
        .map((element) => element.outerHTML),
      drawings: [...document.querySelectorAll('[data-part=answer] svg')].filter((svg) => !svg.closest('button, .katex'))
        .length,
      handlers: parts.flatMap((element) =>
        element.getAttributeNames().filter((name) => name.startsWith('on') || name === 'style' || name === 'srcdoc'),
      ),
      links: [
        ...new Set(
          parts.filter((element) => element instanceof HTMLAnchorElement).map((link) => new URL(link.href).protocol),
        ),
      ],
      openers: parts.filter(
        (element) => element instanceof HTMLAnchorElement && !/noopener|noreferrer/.test(element.rel),
      ).length,
    }
  }, DRAWN)
  expect(found).toEqual({
    fired: false,
    foreign: [],
    inFormulas: [],
    drawings: 0,
    handlers: [],
    links: ['https:'],
    openers: 0,
  })
  expect(asked).toEqual([])
})

test('shows the text of a hostile answer, so that nothing is hidden from the reader', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await store(page, [
    {
      id: 'one',
      title: 'One',
      turns: [
        ['show me', '</think>\n\n<u>line</u> <script>alert(1)</script> ![a picture](https://evil.example/p.png)'],
      ],
    },
  ])
  await page.goto('/#/c/one')
  const answer = chat.replies.first().locator('[data-part=answer]')
  await expect(answer).toContainText('<u>line</u> <script>alert(1)</script>')
  await expect(answer.getByRole('link')).toHaveAttribute('href', 'https://evil.example/p.png')
})
