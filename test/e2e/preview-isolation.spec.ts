/** The limits of code in a preview: it cannot reach other hosts, leave, or run elsewhere. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, type Page } from '@playwright/test'
import { serve } from '../../scripts/serve.mjs'
import { CALLS, GRASPS, LEAVING, REALMS, calls, grasps, realms, workerCalls } from '../fixtures/hostile'
import { keptOffline } from '../fixtures/own-browser'
import { openPreviews, script } from '../fixtures/preview-page'
import { test, watch } from '../fixtures/preview-test'

/**
 * A page of the listener's neighbour, without any policy, that runs `html` in a frame of its own, to see what the code
 * would do.
 */
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
          // with a service worker the host need not do more
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

for (const [name, html] of Object.entries(LEAVING))
  test(`refuses to leave: ${name}`, async ({ page, listener }) => {
    await page.goto('/')
    const seen = watch(page)
    const [preview] = await openPreviews(page, ['html', `<h1>here</h1>${html(listener.url)}`])
    await page.waitForTimeout(3000)
    const state = await preview.root.getAttribute('data-state')
    // Content that can be kept from leaving still runs; for the rest, the page notices it.
    if (!/^(?:location|late refresh)$/.test(name)) expect(state).toBe('running')
    if (state === 'running') await expect(preview.content.getByRole('heading', { level: 1 })).toHaveText('here')
    else await expect(preview.root).toHaveAttribute('data-problem', 'left')
    expect(listener.heard()).toEqual({ connections: 0, packets: 0, paths: [] })
    expect(seen()).toEqual([])
    expect(new URL(page.url()).pathname).toBe('/')
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

test('runs nothing for a page of another site, nor for one that leaves the sandbox away', async ({
  page,
  listener,
}) => {
  // The host sets no headers, so that only the document itself refuses.
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
