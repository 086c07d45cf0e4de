/** Shared by component tests: the page's state over stores in memory, a place to draw in, and user actions. */
import { flushSync, mount, unmount, type Component } from 'svelte'
import { afterEach, beforeEach, vi } from 'vitest'
import { chooseLocale, type Locale } from '../i18n'
import { LibraryModel } from '../state/models/library-model.svelte'
import type { ModelChoice } from '../state/models/model-choice'
import type { ModelFits } from '../state/models/model-fits'
import type { ModelLibrary } from '../state/models/model-library.svelte'
import type { ModelTransfers } from '../state/models/model-transfers.svelte'
import { eventually, openPage } from '../state/page.fixture'
import { Settings } from '../state/settings.svelte'
import { Format } from './format'
import { props as changeable } from './markdown/code-block.fixture.svelte'
import './styles/base.css'

export { AppError } from '../shared/errors'
export { eventually, gate } from '../state/page.fixture'

/** The languages of the interface: a text that fits in one may be too long in another. */
export const LANGUAGES: readonly Locale[] = ['en', 'zh-CN']
export const english = new Format('en')

let mounted: Record<string, unknown>[] = []

beforeEach(() => {
  chooseLocale('en')
  localStorage.clear()
  location.hash = ''
})
afterEach(async () => {
  for (const component of mounted) await unmount(component)
  mounted = []
  document.body.replaceChildren()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

/** Draws a component. @returns its props, which can be changed, and its element */
export function draw<Props extends Record<string, unknown>>(
  component: Component<Props>,
  given: Props,
  width = '40rem',
) {
  const target = document.createElement('main')
  target.style.width = width
  document.body.append(target)
  const props = changeable(given)
  mounted.push(mount(component, { target, props }))
  flushSync()
  return { target, props }
}

/** The element of this `data-part`, `data-testid` or selector; a test fails if there is none. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as querySelector has it
export function one<Wanted extends HTMLElement = HTMLElement>(name: string, within: ParentNode = document): Wanted {
  const found = within.querySelector<Wanted>(selectorOf(name))
  if (!found) throw new Error(`There is no ${name}.`)
  return found
}

export function all(name: string, within: ParentNode = document): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>(selectorOf(name))]
}

const selectorOf = (name: string) => (/^[\w-]+$/.test(name) ? `[data-part=${name}], [data-testid=${name}]` : name)

/** The visible text of an element, with one space for any white space. */
export const textOf = (name: string, within?: ParentNode) =>
  one(name, within).textContent.replaceAll(/\s+/g, ' ').trim()

export function press(name: string, within?: ParentNode): void {
  one(name, within).click()
  flushSync()
}

/** Puts a text into a field, as typing does. */
export function write(name: string, text: string): void {
  const field = one<HTMLTextAreaElement>(name)
  field.value = text
  field.dispatchEvent(new InputEvent('input', { bubbles: true }))
  flushSync()
}

/** Presses a key on an element. @returns the event, which shows whether it was handled */
export function key(name: string, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
  one(name).dispatchEvent(event)
  flushSync()
  return event
}

/** The page with its settings; its model's files come from no network. */
export function openState() {
  const page = openPage({ database: `ui-${crypto.randomUUID()}` })
  vi.stubGlobal('fetch', page.site.fetch)
  const kept = new Map<string, string>()
  const store: unknown = {
    get: (name: string) => kept.get(name),
    set: (name: string, value: string | undefined) => {
      if (value === undefined) kept.delete(name)
      else kept.set(name, value)
    },
  }
  const settings = new Settings(store as ConstructorParameters<typeof Settings>[0])
  return { ...page, settings, kept }
}

/** The messages on the page by their place; a test fails if there is none. */
export function messageAt(page: ReturnType<typeof openState>, index: number) {
  const message = page.chat.shown.path.at(index)
  if (!message) throw new Error(`There is no message ${String(index)}.`)
  return message
}

type AnyOfLibrary = keyof ModelLibrary | keyof ModelTransfers | keyof ModelChoice | keyof ModelFits

/** The list of models with all its parts, here in one object. Each call is noted. */
export function modelList(change: Partial<Record<AnyOfLibrary, unknown>> = {}) {
  const calls: string[] = []
  const note =
    (name: string, result?: unknown) =>
    (...given: unknown[]) => {
      calls.push([name, ...given.filter((one) => one !== undefined && typeof one !== 'object')].join(' '))
      return Promise.resolve(result)
    }
  const selfTest = { progress: undefined, error: undefined, verdicts: {}, runAgain: note('test') }
  const list = changeable({
    models: [],
    damaged: [],
    state: 'ready',
    chosen: 'nano',
    device: { lacksGpu: false, selfTest },
    notifications: { permission: 'denied' },
    canWriteFolders: false,
    canComplete: () => true,
    isNeededElsewhere: () => Promise.resolve(false),
    storage: { report: undefined },
    of: () => undefined,
    contextOf: () => undefined,
    engineOf: () => undefined,
    ggufKernels: { lacking: () => undefined },
    builds: {
      hasProcessor: () => false,
      lacking: () => undefined,
      bytesToGet: (model: LibraryModel) => model.totalBytes,
    },
    ...Object.fromEntries(
      ['open', 'download', 'export', 'verify', 'remove', 'choose', 'setContext', 'setEngine', 'forgetDamaged'].map(
        (name) => [name, note(name)],
      ),
    ),
    imports: { named: note('named', 'unknown'), take: note('take'), chosen: note('chosen', []) },
    ...change,
  })
  Object.assign(list, { transfers: list, choice: list, fits: list })
  return { list: list as unknown as ModelLibrary, calls }
}

/** A model of the catalogue, with a part of it stored. */
export function aModel(storedBytes?: number, name = 'Stranger', id = 'stranger') {
  const offer = {
    id,
    name,
    group: 'r1',
    parameters: 1_777_000_000,
    licence: 'MIT',
    weights: [{ bytes: 1000_000_000 }],
  } as unknown as ConstructorParameters<typeof LibraryModel>[2]
  const model = new LibraryModel(id, name, offer)
  if (storedBytes !== undefined) {
    const artifacts = [{ path: 'params', sha256: 'a', bytes: 1000_000_000, role: 'shard' }]
    const builds = [{ engine: 'webgpu', artifacts }]
    const manifest = { parameters: 1_777_000_000, licence: 'MIT', contextWindow: 4096, source: {}, builds }
    model.installed = { manifest, addedAt: 1 } as unknown as NonNullable<typeof model.installed>
    model.haveBytes = storedBytes
  }
  return model
}

/** Waits until an element is drawn. */
export async function appears(name: string): Promise<HTMLElement> {
  await eventually(() => {
    flushSync()
    one(name)
  })
  return one(name)
}
