import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, test as base, type Page } from '@playwright/test'
import { serve } from '../../scripts/serve.mjs'
import { CALLS, GRASPS, LEAVING, REALMS, calls, grasps, realms, workerCalls } from '../fixtures/hostile'
import { listen, type Listener } from '../fixtures/listener'
import { keptOffline } from '../fixtures/own-browser'
import { openPreviews, script } from '../fixtures/preview-page'

const test = base.extend<{ listener: Listener }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from this pattern
  listener: async ({}, use) => {
    const listener = await listen()
    await use(listener)
    listener.close()
  },
})

/**
 * Notes every request that comes from within a preview, every one that leaves the site, and every dialog, new page and
 * download. What the policy refuses is reported as a request too and taken back: it never leaves the browser.
 */
function watch(page: Page): () => string[] {
  const requests = new Set<string>()
  const events: string[] = []
  const { origin: site } = new URL(page.url())
  const context = page.context()
  context.on('request', (request) => {
    const url = request.url()
    const ofPage = request.serviceWorker() !== null || request.frame() === page.mainFrame()
    const ofSite = new URL(url).origin === site && (ofPage || url.endsWith('/preview.html'))
    if (!ofSite && !url.startsWith('blob:null/')) requests.add(url)
  })
  context.on('requestfailed', (request) => {
    if (request.failure()?.errorText === 'csp') requests.delete(request.url())
  })
  // A middle click on a link, which the sandbox refuses, may get Chromium's own error page: nothing was asked for it.
  context.on('page', (opened) => {
    if (!opened.url().startsWith('chrome-error:')) events.push(`a page: ${opened.url()}`)
  })
  page.on('dialog', (dialog) => {
    events.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('download', () => events.push('a download'))
  return () => [...requests, ...events]
}

/** A page of the listener's neighbour, without any policy, that runs `html` in a frame of its own: to see what it would do. */
async function unguarded(page: Page, html: string): Promise<() => void> {
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html')
    response.end(request.url === '/' ? '<iframe src="/content"></iframe>' : `<!doctype html><body>${html}`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`)
  return () => server.close()
}

const inBody = (code: string) => `<body><script>${code}</script>`
const sayRealms = `console.log('realms' + JSON.stringify(${script(realms)}))`
const sayGrasps = `${script(grasps)}.then((got) => console.log('grasps' + JSON.stringify(got)))`

test('the hostile code does what it is meant to do where nothing hinders it', async ({ page, listener }) => {
  const heard: string[] = []
  page.on('console', (message) => heard.push(message.text()))
  page.on('dialog', (dialog) => void dialog.accept())
  let close = await unguarded(page, inBody(script(calls, listener.url, listener.udpPort)))
  await expect.poll(() => listener.heard().paths, { timeout: 20_000 }).toEqual([...CALLS].sort())
  await expect.poll(() => listener.heard().packets).toBeGreaterThan(0)
  close()
  close = await unguarded(page, inBody(`${sayRealms};${sayGrasps}`))
  await expect.poll(() => heard.find((text) => text.startsWith('grasps'))).toBe(`grasps${JSON.stringify(GRASPS)}`)
  expect(heard.find((text) => text.startsWith('realms'))).toBe(`realms${JSON.stringify(REALMS)}`)
  close()
  for (const [name, html] of Object.entries(LEAVING)) {
    listener.forget()
    close = await unguarded(page, html(listener.url))
    await expect.poll(() => listener.heard().paths, name).toContain('leave')
    close()
  }
})

for (const headers of [true, false])
  for (const worker of [true, false])
    test.describe(`on a host ${headers ? 'with' : 'without'} headers, ${worker ? 'with' : 'without'} a service worker`, () => {
      test.use({ serviceWorkers: worker ? 'allow' : 'block' })

      test('code in a preview reaches nothing', async ({ page, listener }) => {
        test.setTimeout(180_000)
        const site = await serve(0, { base: '/some/where/', ...(!headers && { headers: () => ({}) }) })
        try {
          await page.goto(site.url)
          if (worker) {
            await keptOffline(page)
            await page.reload()
          }
          expect(await page.evaluate(() => crossOriginIsolated)).toBe(headers || worker)
          // with a service worker nothing more is needed from the host
          if (worker) await site.close()
          const seen = watch(page)
          const [html, js] = await openPreviews(
            page,
            [
              'html',
              `<h1>here</h1>${inBody(`${sayRealms};${sayGrasps};${script(calls, listener.url, listener.udpPort)}.then(() => console.log('called[]'))`)}`,
            ],
            ['js', `${script(workerCalls, listener.url)}.then((got) => console.log('worker' + JSON.stringify(got)))`],
          )
          expect(await html.logged('realms')).toEqual([])
          expect(await html.logged('grasps')).toEqual([])
          expect(await html.logged('called')).toEqual([])
          expect(await js.logged('worker')).toEqual([])
          await expect(html.content.getByRole('heading', { level: 1 })).toHaveText('here')
          expect(await html.content.getByRole('heading', { level: 1 }).evaluate(() => origin)).toBe('null')
          expect(listener.heard()).toEqual({ connections: 0, packets: 0, paths: [] })
          expect(seen()).toEqual([])
        } finally {
          await site.close()
        }
      })
    })

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

for (const [name, html] of Object.entries(LEAVING))
  test(`refuses to leave: ${name}`, async ({ page, listener }) => {
    await page.goto('/')
    const seen = watch(page)
    const [preview] = await openPreviews(page, ['html', `<h1>here</h1>${html(listener.url)}`])
    await page.waitForTimeout(3000)
    const state = await preview.root.getAttribute('data-state')
    // What can be kept from leaving is still there; of the rest it is noticed.
    if (!/^(?:location|late refresh)$/.test(name)) expect(state).toBe('running')
    if (state === 'running') await expect(preview.content.getByRole('heading', { level: 1 })).toHaveText('here')
    else await expect(preview.root).toHaveAttribute('data-problem', 'left')
    expect(listener.heard()).toEqual({ connections: 0, packets: 0, paths: [] })
    expect(seen()).toEqual([])
    expect(new URL(page.url()).pathname).toBe('/')
  })

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

test('opens, saves and takes over nothing when something in it is pressed', async ({ page, listener }) => {
  await page.goto('/')
  const seen = watch(page)
  const [preview] = await openPreviews(page, [
    'html',
    `<button>press</button><a href="${listener.url}blank" target="_blank">blank</a><a href="data:,x" download>save</a>
<a href="#far">far</a><form action="${listener.url}form"><button id="submit">send</button></form>
<script>
onsubmit = () => console.log('submitted')
document.querySelector('button').onclick = async () => {
  const say = async (name, act) => { try { console.log(name + JSON.stringify((await act()) ?? null)) } catch (error) { console.log(name + '"refused"') } }
  await say('open', () => open('${listener.url}open'))
  await say('full', () => document.body.requestFullscreen().then(() => 'full'))
  await say('lock', () => document.body.requestPointerLock().then(() => 'locked'))
  await say('copy', () => navigator.clipboard.writeText('x').then(() => 'copied'))
}
</script><p id="far" style="margin-top: 2000px">far</p>`,
  ])
  await preview.content.getByRole('button', { name: 'press' }).click()
  expect(await preview.logged('open')).toBe(null)
  for (const what of ['full', 'lock', 'copy']) expect(await preview.logged(what), what).toBe('refused')
  await preview.content.getByRole('link', { name: 'blank' }).click()
  await preview.content.getByRole('link', { name: 'blank' }).click({ button: 'middle' })
  await preview.content.getByRole('link', { name: 'save' }).click()
  await preview.content.locator('#submit').click()
  await expect(preview.lines.filter({ hasText: 'submitted' })).toHaveCount(1)
  await preview.content.getByRole('link', { name: 'far' }).click()
  await expect(preview.content.locator('#far')).toBeInViewport()
  await page.waitForTimeout(500)
  await preview.reaches('running')
  expect(listener.heard()).toEqual({ connections: 0, packets: 0, paths: [] })
  expect(seen()).toEqual([])
})

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
    // Playwright is slow beside a busy frame, so the page itself starts it again, and takes the time.
    const { took, longest } = await page.evaluate(async () => {
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
      return { took: last - start, longest }
    })
    await expect(preview.root).toHaveAttribute('data-problem', 'busy')
    // What a document says while it is parsed leaves its thread with the next task: too late here.
    if (!block[1].includes(`<script>${loop}`)) await expect(preview.lines).toHaveText(['begun'])
    await expect(preview.frame).toHaveCount(0)
    expect(took).toBeGreaterThan(4900)
    expect(took).toBeLessThan(10_000)
    expect(longest).toBeLessThan(1000)
    // And it can be stopped by a press.
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
  // which of the two comes first is the browser's business
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

test('runs nothing for a page of another site, nor for one that leaves the sandbox away', async ({
  page,
  listener,
}) => {
  // The host sets no headers, so that nothing but the document itself refuses.
  const site = await serve(0, { headers: () => ({}) })
  try {
    for (const sandbox of ['', 'sandbox="allow-scripts"']) {
      await page.goto(listener.url)
      await page.setContent(`<iframe ${sandbox} src="${site.url}preview.html"></iframe>`)
      await page.waitForTimeout(500)
      const said = await page.evaluate(
        () =>
          new Promise<unknown>((resolve) => {
            const { port1, port2 } = new MessageChannel()
            port1.onmessage = ({ data }) => resolve(data)
            frames[0]?.postMessage({ kind: 'javascript', text: '1 + 1' }, '*', [port2])
            setTimeout(() => resolve('nothing'), 1500)
          }),
      )
      expect(said).toBe('nothing')
    }
  } finally {
    await site.close()
  }
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
