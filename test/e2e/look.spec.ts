/**
 * How twelve typical answers look, in both themes. The pictures are compared with a tolerance, because another version
 * of a browser rounds differently: another hinting of fonts changed 3 % of one picture. Letters are set in fonts that
 * are the same everywhere: KaTeX's, which ship with the site, and Noto's for CJK.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { ANSWERS } from '../fixtures/answers'
import { ChatPage } from '../fixtures/chat-page'
import { store } from '../fixtures/stored'

const FONTS = '"KaTeX_SansSerif", "Noto Sans CJK SC"'

/** Whether the pictures can be compared here: they were taken on Linux, with Noto's CJK fonts. */
function hasFonts(): boolean {
  try {
    return execFileSync('fc-list', [':family=Noto Sans CJK SC'], { encoding: 'utf8' }) !== ''
  } catch {
    return false
  }
}

for (const theme of ['light', 'dark'] as const)
  test.describe(theme, () => {
    test.use({ colorScheme: theme, viewport: { width: 900, height: 2400 } })

    test('twelve typical answers look as they should', async ({ page }) => {
      test.skip(!hasFonts(), "Noto's CJK fonts are not installed")
      const chat = new ChatPage(page)
      await chat.open()
      await store(
        page,
        ANSWERS.map(({ id, question, thought, answer }) => ({
          id,
          title: id,
          turns: [[question, `${thought}\n</think>\n\n${answer}`]] as const,
        })),
      )
      const css = readdirSync('dist/assets').find((name) => /^formula-drawing-.*\.css$/.test(name)) ?? ''
      for (const { id } of ANSWERS) {
        await page.goto(`/#/c/${id}`)
        const answer = chat.replies.first().locator('[data-part=answer]')
        await expect(answer.locator('.markdown')).toBeVisible()
        await page.addStyleTag({ url: `/assets/${css}` })
        await page.evaluate((fonts) => {
          document.documentElement.style.setProperty('--sans', fonts)
          document.documentElement.style.setProperty('--mono', '"KaTeX_Typewriter", "Noto Sans Mono CJK SC"')
        }, FONTS)
        await expect(answer.locator('[data-part=formula][data-state=waiting]')).toHaveCount(0)
        await expect(answer.locator('[data-part=formula][data-state=wrong]')).toHaveCount(0)
        for (const block of await answer.locator('[data-part=code]').all()) {
          await block.scrollIntoViewIfNeeded()
          if (/^(python|javascript|cpp|json|bash)$/.test((await block.getAttribute('data-language')) ?? ''))
            await expect(block).toHaveAttribute('data-highlighted', 'true')
        }
        await page.evaluate(async () => {
          await document.fonts.ready
        })
        await expect.soft(answer).toHaveScreenshot(`${id}-${theme}.png`, { maxDiffPixelRatio: 0.05, threshold: 0.25 })
      }
    })
  })

test('the pictures are of all the answers', () => {
  const pictures = readdirSync('test/e2e/look.spec.ts-snapshots')
  expect(pictures).toHaveLength(2 * ANSWERS.length)
  for (const picture of pictures)
    expect(readFileSync(`test/e2e/look.spec.ts-snapshots/${picture}`).length).toBeGreaterThan(5000)
})
