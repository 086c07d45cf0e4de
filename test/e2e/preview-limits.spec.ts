/** Tests which actions end code in a preview, and which do not. */
import { expect, test, type Page } from '@playwright/test'
import { openPreviews } from '../fixtures/preview-page'

/** The longest time for which the page did not answer, in milliseconds, from now to the end of `during`. */
async function longestPause(page: Page, during: () => Promise<void>): Promise<number> {
  const watching = await page.evaluateHandle(() => {
    const pause = { longest: 0, last: performance.now() }
    setInterval(() => {
      const now = performance.now()
      pause.longest = Math.max(pause.longest, now - pause.last)
      pause.last = now
    }, 10)
    return pause
  })
  await during()
  return await watching.evaluate(({ longest }) => longest)
}

/**
 * Starts the preview again and waits for its end: in the page itself, because Playwright is slow beside a busy frame.
 *
 * @returns ms that it took, and the longest time for which the page did not answer
 */
async function untilEnded(page: Page): Promise<{ took: number; longest: number }> {
  const run = () =>
    page.evaluate(async () => {
      const part = (name: string) => document.querySelector<HTMLElement>(`[data-part=preview${name}]`)
      part('-again')?.click()
      const start = performance.now()
      let last = start
      let longest = 0
      do {
        await new Promise((resolve) => setTimeout(resolve, 10))
        longest = Math.max(longest, performance.now() - last)
        last = performance.now()
      } while (part('')?.dataset.state !== 'failed' && last - start < 30_000)
      return { took: last - start, longest, problem: part('')?.dataset.problem }
    })
  const first = await run()
  // Chromium may give the frame the process of the one before, whose loop it has not ended yet. The page says that it
  // could not be opened, and a second press opens it.
  return first.problem === 'unopened' ? await run() : first
}

test('ends code that is busy for five seconds, and the page goes on meanwhile', async ({ page }) => {
  await page.goto('/')
  const loop = 'console.log("begun"); for (;;);'
  const late = `setTimeout(() => { ${loop} }, 500)`
  for (const block of [
    ['html', `<p>x</p><script>${late}</script>`],
    ['html', `<p>x</p><script>${loop}</script>`],
    ['js', loop],
  ] as const) {
    const [preview] = await openPreviews(page, block)
    const { took, longest } = await untilEnded(page)
    await expect(preview.root).toHaveAttribute('data-problem', 'busy')
    // Output of a document during parsing leaves its thread with the next task, which is too late here.
    if (!block[1].includes(`<script>${loop}`)) await expect(preview.lines).toHaveText(['begun'])
    await expect(preview.frame).toHaveCount(0)
    expect(took).toBeGreaterThan(4900)
    expect(took).toBeLessThan(10_000)
    expect(longest).toBeLessThan(1000)
    // A press can stop it too.
    await page.evaluate(async () => {
      const press = (name: string) => document.querySelector<HTMLElement>(`[data-part=preview-${name}]`)?.click()
      press('again')
      await new Promise((resolve) => setTimeout(resolve, 2000))
      press('stop')
    })
    await preview.reaches('stopped')
    await expect(preview.frame).toHaveCount(0)
    await preview.press('close')
    await expect(preview.root).toHaveCount(0)
  }
})

test('does not end code that works for a while and answers in between', async ({ page }) => {
  await page.goto('/')
  const [preview] = await openPreviews(page, [
    'js',
    `const end = Date.now() + 7000
while (Date.now() < end) {
  const pause = Date.now() + 500
  while (Date.now() < pause);
  await new Promise((resolve) => setTimeout(resolve))
}
console.log('done')`,
  ])
  await preview.reaches('finished')
  await expect(preview.lines).toHaveText(['done'])
})

test('ends what floods the page or the frame with messages', async ({ page }) => {
  await page.goto('/')
  for (const target of ['top', 'parent']) {
    const [preview] = await openPreviews(page, [
      'html',
      `<script>setInterval(() => { for (let n = 0; n < 500; n += 1) ${target}.postMessage('x'.repeat(1000), '*') })</script>`,
    ])
    const pause = await longestPause(page, () => preview.reaches('failed'))
    await expect(preview.root).toHaveAttribute('data-problem', 'flood')
    expect(pause).toBeLessThan(2000)
    await preview.press('close')
  }
})
