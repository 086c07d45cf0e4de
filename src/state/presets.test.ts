import { beforeEach, describe, expect, it, vi } from 'vitest'
import { SettingsStore } from '../platform/settings-store'
import { Presets } from './presets.svelte'

/** The content of localStorage. */
let values: Record<string, string>
let isFull: boolean

beforeEach(() => {
  values = {}
  isFull = false
  const storage = {
    getItem: (key: string) => values[key] ?? null,
    setItem: (key: string, value: string) => {
      if (isFull) throw new DOMException('The quota is full.', 'QuotaExceededError')
      values[key] = value
    },
    removeItem: (key: string) => {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a stand-in for a store of keys
      delete values[key]
    },
  }
  // Object.keys of a Storage are its keys.
  vi.stubGlobal('localStorage', new Proxy(storage, { ownKeys: () => Object.keys(values), getOwnPropertyDescriptor }))
})

const getOwnPropertyDescriptor = () => ({ enumerable: true, configurable: true })
const open = () => new Presets(new SettingsStore())
const listed = (presets: Presets) => presets.items.map(({ value }) => value)
const file = (content: unknown) => new Blob([typeof content === 'string' ? content : JSON.stringify(content)])
const fileOf = (...presets: unknown[]) => file({ format: 'thinktab-presets', version: 1, presets })

const STRICT = { name: 'Strict', settings: { temperature: 0, seed: 7 } }
const FREE = { name: 'Free', settings: { temperature: 1.2 } }

describe('Presets', () => {
  it('are kept for the next page, in the order of their names', () => {
    const presets = open()
    presets.add(STRICT)
    const id = presets.add(FREE)
    presets.change(id, { ...FREE, name: 'Wild' })
    expect(listed(open())).toEqual([STRICT, { ...FREE, name: 'Wild' }])
  })

  it('come back after they were removed, until that is forgotten', () => {
    const presets = open()
    const id = presets.add(STRICT)
    presets.remove(id)
    expect(listed(open())).toEqual([])
    presets.undo()
    expect([presets.removed, listed(open())]).toEqual([undefined, [STRICT]])
    presets.remove(id)
    presets.forgetRemoved()
    presets.undo()
    expect(listed(presets)).toEqual([])
  })

  it('lose none to another page that is open', () => {
    const [one, other] = [open(), open()]
    one.add(STRICT)
    other.add(FREE)
    expect(listed(open())).toEqual([FREE, STRICT])
  })

  it.each([
    ['is no JSON', '{'],
    ['has no name', JSON.stringify({ version: 1, value: { settings: {} } })],
    ['is of a version to come', JSON.stringify({ version: 2, value: STRICT })],
  ])('leave one that %s where it is, and lose no other', (_what, stored) => {
    open().add(STRICT)
    values['thinktab-preset-x'] = stored
    expect(listed(open())).toEqual([STRICT])
    expect(values['thinktab-preset-x']).toBe(stored)
  })

  it('say when they last only as long as the page', () => {
    const presets = open()
    isFull = true
    presets.add(STRICT)
    expect([listed(presets), presets.problem?.code]).toEqual([[STRICT], 'storage-full'])
    isFull = false
    presets.add(FREE)
    expect(presets.problem).toBeUndefined()
  })

  it('go into a file and come back, what is here already once', async () => {
    const presets = open()
    presets.add(STRICT)
    expect(await presets.load(fileOf(FREE, { name: 'Strict', settings: { seed: 7, temperature: 0 } }))).toBe(1)
    expect(await presets.load(fileOf({ ...STRICT, settings: {} }))).toBe(1)
    expect(listed(presets)).toEqual([FREE, STRICT, { name: 'Strict 2', settings: {} }])
  })

  it.each([
    ['JSON', '{"format": '],
    ['format', { format: 'other', version: 1, presets: [] }],
    ['version', { format: 'thinktab-presets', version: 2, presets: [] }],
    ['presets', { format: 'thinktab-presets', version: 1 }],
    ['presets.1.settings.temperature', fileOf(FREE, { name: 'Hot', settings: { temperature: 3 } })],
    ['presets.0.settings.temprature', fileOf({ name: 'Typo', settings: { temprature: 1 } })],
    ['presets.0.name', fileOf({ name: ' ', settings: {} })],
  ])('are not read from a file that is wrong at %s, and nothing of it is added', async (field, content) => {
    const presets = open()
    const blob = content instanceof Blob ? content : file(content)
    await expect(presets.load(blob)).rejects.toMatchObject({ code: 'presets-invalid', details: { field } })
    expect(listed(presets)).toEqual([])
  })
})
