import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'
import { Hub, REPOSITORY, REVISION } from '../fixtures/hub'
import { listen, type Listener } from '../fixtures/listener'

const TEXT = 'everything-that-was-said'
const HUB = { url: 'https://huggingface.co/', layout: 'huggingface' }

let listener: Listener

test.beforeAll(async () => {
  listener = await listen()
})
test.afterAll(() => {
  listener.close()
})
test.beforeEach(() => {
  listener.forget()
})

/** Has the page's own code keep every worker that it starts, as code would that has got into the page. */
async function graspWorkers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const started: Record<string, Worker> = {}
    Object.assign(window, { started })
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options)
        started[options?.name ?? ''] = this
      }
    }
  })
}

/** Sends the weights worker a message of one's own. @returns the code of the error, or 'done' */
async function order(page: Page, procedure: string, argument: unknown): Promise<string> {
  return await page.evaluate(
    async ({ procedure, argument }) => {
      const worker = (window as unknown as { started: Record<string, Worker> }).started['weights']
      if (!worker) throw new Error('There is no weights worker.')
      const call = 1e9 + Math.random()
      return await new Promise<string>((resolve) => {
        worker.addEventListener('message', ({ data }: MessageEvent<Record<string, unknown>>) => {
          if (data['call'] !== call || data['type'] === 'progress') return
          resolve((data['error'] as { code: string } | undefined)?.code ?? 'done')
        })
        worker.postMessage({ type: 'call', call, procedure, argument })
      })
    },
    { procedure, argument },
  )
}

test('code in the page cannot have the weights worker send a text to a server of its choice', async ({ page }) => {
  await graspWorkers(page)
  const outside: string[] = []
  await page.route(
    (url) => url.protocol === 'https:',
    async (route) => {
      outside.push(route.request().url())
      await route.abort()
    },
  )
  const chat = new ChatPage(page)
  await chat.open()
  expect((await chat.ask('20 + 22')).answer).toBe('20 + 22 = 42')
  const evil = { url: listener.url, layout: 'huggingface' }
  const asked = { repository: REPOSITORY, revision: 'main' }
  const artifact = { path: 'a.bin', bytes: 5, sha256: 'a'.repeat(64), role: 'shard' }
  const site = new URL('models/nano/', page.url()).href
  const download = (path: string, weights: unknown[] = [site]) => ({
    artifacts: [{ ...artifact, path }],
    places: { weights, kernels: [] },
  })
  for (const [procedure, argument, code] of [
    ['folder', listener.url, 'place-unconfirmed'],
    ['folder', `${listener.url}${TEXT}/`, 'place-unconfirmed'],
    ['folder', `${listener.url}?text=${TEXT}`, 'address-refused'],
    ['contents', { ...asked, hubs: [evil] }, 'place-unconfirmed'],
    ['contents', { ...asked, hubs: [HUB, evil] }, 'place-unconfirmed'],
    ['contents', { ...asked, hubs: [HUB], repository: `a/b?${TEXT}` }, 'address-refused'],
    ['contents', { ...asked, hubs: [{ ...HUB, url: `${HUB.url}${TEXT}/` }] }, 'place-unconfirmed'],
    ['inspect', { ...asked, hubs: [evil] }, 'place-unconfirmed'],
    ['inspect', { ...asked, hubs: [HUB], revision: '../..' }, 'address-refused'],
    ['part', { ...asked, hubs: [evil], path: 'a.gguf', start: 0, end: 9 }, 'place-unconfirmed'],
    ['part', { ...asked, hubs: [HUB], path: `a?${TEXT}`, start: 0, end: 9 }, 'address-refused'],
    ['ensure', download('a.bin', [listener.url]), 'place-unconfirmed'],
    ['ensure', download('a.bin', [{ hub: evil, ...asked }]), 'place-unconfirmed'],
    ['ensure', download(`${listener.url}x`), 'address-refused'],
    ['ensure', download(listener.url.replace('http:', '')), 'address-refused'],
    ['ensure', download('/absolute'), 'address-refused'],
    ['ensure', download('../../x'), 'address-refused'],
    ['ensure', download('..\\..\\x'), 'address-refused'],
    ['ensure', download(`a.bin?${TEXT}`), 'address-refused'],
    ['allow', `${listener.url}?${TEXT}`, 'address-refused'],
  ] as const)
    expect(await order(page, procedure, argument), `${procedure} ${JSON.stringify(argument)}`).toBe(code)
  expect(listener.heard()).toEqual({ connections: 0, packets: 0, paths: [] })
  expect(outside).toEqual([])

  // A hub of the build can be asked, but only until so many names have gone out.
  const names = await page.evaluate(async () => {
    const worker = (window as unknown as { started: Record<string, Worker> }).started['weights']
    const hubs = [{ url: 'https://huggingface.co/', layout: 'huggingface' }]
    const codes: Record<string, number> = {}
    for (let call = 2e9; call < 2e9 + 300; call++)
      await new Promise<void>((resolve) => {
        const hear = ({ data }: MessageEvent<{ call: number; error?: { code: string } }>) => {
          if (data.call !== call) return
          worker?.removeEventListener('message', hear)
          const code = data.error?.code ?? 'done'
          codes[code] = (codes[code] ?? 0) + 1
          resolve()
        }
        worker?.addEventListener('message', hear)
        const argument = { repository: `x/${call}${'y'.repeat(90)}`, revision: 'main', hubs }
        worker?.postMessage({ type: 'call', call, procedure: 'contents', argument })
      })
    return codes
  })
  expect(names['network']).toBeGreaterThan(100)
  expect(names['budget-spent']).toBeGreaterThan(100)
  expect(outside.join('').length).toBeLessThan(40_000)
})

test('a server of one’s own is asked only once somebody has allowed its address', async ({ page }) => {
  const hub = await Hub.open({ 'one.gguf': Buffer.from('GGUF') })
  try {
    await page.goto('/?lang=en#/models')
    await page.getByTestId('own-hub').fill(hub.origin)
    await page.getByTestId('own-hub').press('Enter')
    await page.locator(`[data-hub="${hub.origin}"]`).check()
    const add = async () => {
      await page.getByTestId('add-model').fill(REPOSITORY)
      await page.getByTestId('add-model-send').click()
    }
    const dialog = page.getByTestId('place')
    await add()
    await expect(dialog).toHaveAttribute('data-address', hub.origin)
    await page.keyboard.press('Escape')
    await expect(page.getByTestId('add-model-problem')).toHaveAttribute('data-problem', 'place-refused')
    await expect(dialog).toHaveCount(0)
    expect(hub.asked).toEqual([])
    await add()
    await dialog.locator('[data-part=allow]').click()
    await expect(page.getByTestId('hub-file')).toHaveCount(1)
    const asked = [
      `/api/models/${REPOSITORY}/revision/main`,
      `/api/models/${REPOSITORY}/tree/${REVISION}?recursive=true`,
    ]
    expect(hub.asked).toEqual(asked)

    await page.reload()
    await add()
    await expect(page.getByTestId('hub-file')).toHaveCount(1)
    expect(hub.asked).toEqual([...asked, ...asked])
  } finally {
    await hub.close()
  }
})
