/** The display of a preview for documents, scripts and drawings. */
import { expect } from '@playwright/test'
import { openPreviews } from '../fixtures/preview-page'
import { test, watch } from '../fixtures/preview-test'

test('goes on with documents that stay, also where they write themselves anew', async ({ page }) => {
  await page.goto('/')
  const previews = await openPreviews(
    page,
    ['html', '<p>x</p>'],
    ['html', '<script>onload = () => { document.open(); document.write("<p>x</p>"); document.close() }</script>'],
    [
      'html',
      '<script>document.write("<p>", "x</p>"); document.write("<ifr"); document.write("ame></ifr" + "ame>")</script>',
    ],
  )
  await page.waitForTimeout(4000)
  for (const preview of previews) {
    await preview.reaches('running')
    await expect(preview.content.locator('p')).toHaveText('x')
    await expect(preview.content.locator('iframe')).toHaveCount(0)
  }
})

test('shows what a script says, ends in and fails with, up to a limit', async ({ page }) => {
  await page.goto('/')
  const [logs, fails, rejects, awaits, endless, long] = await openPreviews(
    page,
    [
      'js',
      `console.log('a', [1, { b: 2 }]); console.warn('w'); console.info('i'); console.error(new RangeError('r'))\nconst x = 6\nx * 7`,
    ],
    ['javascript', `console.log('before')\n\nnull.x`],
    ['js', `setTimeout(() => Promise.reject(new TypeError('late')), 50); undefined`],
    ['js', `const value = await new Promise((resolve) => setTimeout(() => resolve('later'), 50))\nconsole.log(value)`],
    ['js', `for (let n = 0; n < 5000; n += 1) console.log(n)`],
    ['js', `// ${'x'.repeat(256 * 1024)}`],
  )
  await logs.reaches('finished')
  await expect(logs.lines).toHaveText(['a [1, { b: 2 }]', 'w', 'i', 'RangeError: r', /42$/])
  expect(await logs.lines.evaluateAll((lines) => lines.map((line) => line.dataset.level))).toEqual([
    ...['log', 'warn', 'log', 'error', 'value'],
  ])
  await fails.reaches('finished')
  await expect(fails.lines).toHaveText(['before', /^TypeError: .*3/])
  await expect(rejects.lines).toHaveText([/^TypeError: late/])
  await awaits.reaches('finished')
  await expect(awaits.lines).toHaveText(['later'])
  await endless.reaches('finished')
  await expect(endless.lines).toHaveCount(1001)
  await expect(endless.root.locator('[data-part=preview-cut]')).toBeVisible()
  await long.reaches('failed')
  await expect(long.root).toHaveAttribute('data-problem', 'long')
  await expect(long.frame).toHaveCount(0)
})

test('shows what goes wrong in HTML by its line, and what was not loaded once', async ({ page, listener }) => {
  await page.goto('/')
  const [preview] = await openPreviews(page, [
    'html',
    `<!doctype html>\n<html lang="fr">\n<head><title>t</title>\n<script src="${listener.url}a.js"></script></head>\n<body style="height: 3000px">\n<script>nothing()</script></body></html>`,
  ])
  // the browser decides which of the two comes first
  await expect(preview.lines).toHaveCount(2)
  await expect(preview.lines.filter({ hasText: /ReferenceError: .*6/ })).toHaveCount(1)
  await expect(preview.lines.filter({ hasText: `${listener.url}a.js` })).toHaveCount(1)
  expect(await preview.content.locator('html').getAttribute('lang')).toBe('fr')
  expect(await preview.content.locator('html').evaluate(() => document.compatMode)).toBe('CSS1Compat')
  await expect(preview.frame).toHaveCSS('height', '480px')
})

test('draws SVG in a frame without scripts', async ({ page, listener }) => {
  await page.goto('/')
  const seen = watch(page)
  const [svg, xml] = await openPreviews(
    page,
    [
      'svg',
      `<svg viewBox="0 0 10 10" onload="document.title = 'ran'"><script>document.documentElement.id = 'ran'</script><circle r="4"/>
<image href="${listener.url}image"/><a href="${listener.url}link"><text y="5">x</text></a><foreignObject><iframe src="${listener.url}"/></foreignObject></svg>`,
    ],
    [
      'xml',
      '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="9" height="9"/></svg>',
    ],
  )
  for (const drawing of [svg, xml]) {
    await drawing.reaches('finished')
    await expect(drawing.content.locator('circle, rect')).toBeVisible()
  }
  await expect(svg.content.locator('#ran')).toHaveCount(0)
  expect(await svg.content.locator('svg').evaluate(() => document.title)).toBe('')
  expect(listener.heard().connections).toBe(0)
  expect(seen()).toEqual([])
})

test('is closed by Escape in its header, and costs nothing before it is opened', async ({ page }) => {
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto('/')
  await expect(page.getByTestId('composer')).toBeVisible()
  expect(asked.filter((url) => /preview/i.test(url))).toEqual([])
  const [preview] = await openPreviews(page, ['html', '<p>x</p>'])
  await preview.reaches('running')
  await preview.root.locator('[data-part=preview-again]').focus()
  await page.keyboard.press('Escape')
  await expect(preview.root).toHaveCount(0)
})
