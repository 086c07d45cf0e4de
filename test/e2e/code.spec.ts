import { readFile } from 'node:fs/promises'
import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { clipboard } from '../fixtures/clipboard'
import { networkAttempts } from '../fixtures/network-attempts'
import { keptOffline } from '../fixtures/own-browser'
import { store } from '../fixtures/stored'
import { violations } from '../fixtures/violations'

const SIEVE = '# src/sieve.py\ndef primes(limit):\n    """Slow,\n    but clear."""\n    return [1, "</script>${x}"]'
const LONG = Array.from({ length: 200 }, (_, index) => `const line${String(index + 1)} = "${'x'.repeat(index)}"`).join(
  '\n',
)

/** Opens a conversation in which the answer has these fences, and returns its blocks. */
async function show(page: Page, ...fences: readonly (readonly [language: string, text: string])[]) {
  const chat = new ChatPage(page)
  await chat.open()
  const answer = fences.map(([language, text]) => `Here:\n\n\`\`\`\`${language}\n${text}\n\`\`\`\`\n`).join('\n')
  await store(page, [{ id: 'code', title: 'Code', turns: [['show me', `x\n</think>\n\n${answer}`]] }])
  await page.goto('/#/c/code')
  const blocks = page.locator('[data-part=code]')
  await expect(blocks).toHaveCount(fences.length)
  return blocks
}

/** The text of a block, however it is drawn. */
const textOf = (page: Page, index = 0) => page.locator('[data-part=code] pre').nth(index).textContent()

/** The buttons of a block by their icons, whose class names are the same in every language. */
const ICON = { copy: 'copy', download: 'download', wrap: 'text-wrap', numbers: 'list-ordered' } as const
const button = (page: Page, icon: keyof typeof ICON, index = 0) =>
  page.locator('[data-part=code]').nth(index).locator(`button:has(.lucide-${ICON[icon]})`)

test('colours code under the policy of the site, from a worker that asks for nothing but its grammars', async ({
  page,
}) => {
  const asked: string[] = []
  const policies: string[] = []
  page.on('response', (response) => {
    if (!response.url().includes('highlight-worker')) return
    policies.push(response.headers()['content-security-policy'] ?? 'none')
  })
  const started = page.waitForEvent('worker', (worker) => worker.url().includes('highlight-worker'))
  const blocks = await show(page, ['python', SIEVE], ['yaml', 'a: "b" # c'], ['brainfuck', '+++'])
  const worker = await started
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  for (const index of [0, 1]) {
    await blocks.nth(index).scrollIntoViewIfNeeded()
    await expect(blocks.nth(index)).toHaveAttribute('data-highlighted', 'true')
  }
  await expect(blocks.first()).toHaveAttribute('data-language', 'python')
  await expect(blocks.nth(2)).toHaveAttribute('data-highlighted', 'false')
  const keyword = blocks.first().locator('.code-keyword').first()
  await expect(keyword).toHaveText('def')
  const colours = await keyword.evaluate((element) => [
    getComputedStyle(element).color,
    getComputedStyle(element.closest('pre') ?? element).color,
  ])
  expect(colours[0]).not.toBe(colours[1])
  await expect(blocks.first().locator('[data-line="4"] .code-string')).toHaveText(/but clear/) // a string over two lines
  expect(await textOf(page)).toBe(SIEVE)

  expect(policies).toEqual(["default-src 'none'; script-src 'self'; connect-src 'none'"])
  // The page itself fetches its note about copies at some time.
  const known = /\/assets\/(?:grammars-more|site-registration|BackupNote|backup_allow)-[\w-]+\.(?:js|css)$/
  expect(asked.filter((path) => !known.test(path))).toEqual([])
  const attempts = await worker.evaluate(networkAttempts, `${new URL(page.url()).origin}/index.html`)
  expect([attempts.fetch, attempts.policy]).not.toContain('allowed') // a refused socket fails later, without throwing
})

test('copies the exact source, and gives it as a file with a fitting name', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await show(page, ['python', SIEVE], ['bash', 'echo "$HOME"'], ['dockerfile', 'FROM node:20'])
  await button(page, 'copy').click()
  await expect.poll(() => clipboard(page)).toBe(SIEVE)
  for (const [index, name] of ['sieve.py', 'code.sh', 'Dockerfile'].entries()) {
    const download = page.waitForEvent('download')
    await button(page, 'download', index).click()
    expect((await download).suggestedFilename()).toBe(name)
    if (index === 0) expect(await readFile(await (await download).path(), 'utf8')).toBe(SIEVE)
  }
})

test('folds a long block, and shows all of it where the reader is', async ({ page }) => {
  const blocks = await show(page, ['ts', LONG], ['ts', 'const short = 1'])
  const block = blocks.first()
  const height = async () => (await block.boundingBox())?.height ?? 0
  const folded = await height()
  expect(folded).toBeLessThan(22 * 24 + 100)
  expect(await textOf(page)).toBe(LONG)
  await expect(blocks.nth(1).locator('[aria-expanded]')).toHaveCount(0)

  const unfold = block.locator('[aria-expanded=false]')
  await expect(unfold).toHaveText(/200/)
  await unfold.scrollIntoViewIfNeeded()
  const top = async () => (await block.boundingBox())?.y ?? NaN
  const before = await top()
  await unfold.press('Enter')
  await expect.poll(height).toBeGreaterThan(200 * 24)
  await page.waitForTimeout(300) // all steps that could scroll it away are done
  expect(await top()).toBeCloseTo(before, 0)
  await expect(block.locator('pre')).toBeFocused()

  await block.locator('[aria-expanded=true]').press('Enter')
  await expect.poll(height).toBe(folded)
  await expect(unfold).toBeFocused()
  await expect(block).toBeInViewport()
})

test('wraps lines and numbers them, in all blocks alike, and scrolls by keyboard where it does not wrap', async ({
  page,
}) => {
  await show(page, ['js', `const long = "${'abc '.repeat(100)}"`], ['css', 'a { color: red }'])
  const pre = page.locator('[data-part=code] pre').first()
  const overflow = () => pre.evaluate((element) => element.scrollWidth - element.clientWidth)
  expect(await overflow()).toBeGreaterThan(100)
  await pre.focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => pre.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0)

  await button(page, 'wrap').click()
  await expect.poll(overflow).toBe(0)
  await expect(button(page, 'wrap', 1)).toHaveAttribute('aria-pressed', 'true')

  await button(page, 'numbers', 1).click()
  const number = page.locator('[data-part=code] [data-line="1"]').first()
  expect(await number.evaluate((line) => getComputedStyle(line, '::before').content)).toContain('1')
  await pre.selectText()
  expect(await page.evaluate(() => getSelection()?.toString())).toMatch(/^const long = "(?:abc )+"$/)
})

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(colorScheme, () => {
    test.use({ colorScheme, viewport: { width: 320, height: 640 } })

    test('has no accessibility violation, folded and open, and never scrolls the page sideways', async ({ page }) => {
      const everything = `${SIEVE}\n@x\nclass A(B): pass  # ${'long '.repeat(40)}`
      const blocks = await show(
        page,
        ['python', everything],
        ['diff', '+a\n-b'],
        ['html', '<p class="a">&amp;</p>'],
        ['ts', LONG],
      )
      for (const block of await blocks.all()) {
        await block.scrollIntoViewIfNeeded()
        await expect(block).toHaveAttribute('data-highlighted', 'true')
      }
      const faultless = async () => {
        expect(await violations(page)).toEqual([])
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
      }
      await faultless()
      await blocks.last().locator('[aria-expanded=false]').click()
      await button(page, 'numbers').click()
      await faultless()
    })
  })

test('never hangs on a hostile text, and draws it as it is', async ({ page }) => {
  const hostile = [
    ['html', `<p>${'x'.repeat(100_000)}</p></script>`],
    ['json', `[${'1,'.repeat(50_000)}1]`],
    ['py', '"""'.repeat(3000)],
    ['js', '`${'.repeat(20_000)],
    ['js', 'a'.repeat(100_000)], // highlight.js would take a quarter of a minute; the block is in sight, and asked for first
  ] as const
  const blocks = await show(page, ['json', '[true]'], ...hostile)
  for (const [index, [, text]] of hostile.entries()) expect(await textOf(page, index + 1)).toBe(text)
  const longest = await page.evaluate(async () => {
    let worst = 0
    for (let frame = 0, at = performance.now(); frame < 60; frame += 1) {
      await new Promise(requestAnimationFrame)
      worst = Math.max(worst, performance.now() - at)
      at = performance.now()
    }
    return worst
  })
  expect(longest).toBeLessThan(1000)
  for (const block of await blocks.all()) await block.scrollIntoViewIfNeeded()
  await blocks.first().scrollIntoViewIfNeeded()
  await expect(blocks.first()).toHaveAttribute('data-highlighted', 'true', { timeout: 20_000 })
  await expect(blocks.last()).toHaveAttribute('data-highlighted', 'false')
})

test.describe('with a service worker', () => {
  test.use({ serviceWorkers: 'allow' })

  test('colours code without a network, in languages that were never asked for', async ({ page, context }) => {
    test.setTimeout(180_000)
    await new ChatPage(page).open()
    await keptOffline(page)
    await context.setOffline(true)
    await page.reload()
    const blocks = await show(page, ['yaml', 'a: "b"'], ['go', 'func main() {}'])
    for (const block of await blocks.all()) {
      await block.scrollIntoViewIfNeeded()
      await expect(block).toHaveAttribute('data-highlighted', 'true')
    }
  })
})

test('leaves code plain and whole where the worker cannot start', async ({ page, context }) => {
  await context.route(/highlight-worker/, (route) => route.abort())
  await show(page, ['python', SIEVE])
  await page.waitForTimeout(500)
  await expect(page.locator('[data-part=code]')).toHaveAttribute('data-highlighted', 'false')
  expect(await textOf(page)).toBe(SIEVE)
})
