import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { IdbDraftStore } from '../../conversations/idb-draft-store'
import { SettingsStore } from '../../platform/settings-store'
import { Drafts } from './drafts.svelte'

let number = 0
let name = ''
let stored: Map<string, string>
beforeEach(() => {
  name = `drafts-${++number}`
  stored = new Map()
  claimed = new Set()
  const storage = new Proxy({} as Storage, {
    ownKeys: () => [...stored.keys()],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    get: (_, method) =>
      ({
        getItem: (key: string) => stored.get(key) ?? null,
        setItem: (key: string, value: string) => stored.set(key, value),
        removeItem: (key: string) => stored.delete(key),
      })[String(method)],
  })
  vi.stubGlobal('localStorage', storage)
})
afterEach(() => {
  vi.unstubAllGlobals()
})

/** Names that the tabs of this test have. */
let claimed: Set<string>
const claim = (key: string) => Promise.resolve(!claimed.has(key) && Boolean(claimed.add(key)))
const store = () => new IdbDraftStore(name)
/** The drafts of a page that is opened now. */
const opened = async () => {
  const drafts = new Drafts(store(), new SettingsStore(), claim)
  await drafts.open()
  return drafts
}

it('keeps drafts for the next page, each for its conversation', async () => {
  const drafts = await opened()
  drafts.set('new', { text: 'half a question', pasted: [] })
  drafts.set('a', { text: '', pasted: ['"quoted"\n', '第二段'] })
  await vi.waitFor(async () => expect((await store().all()).size).toBe(2))
  const later = await opened()
  expect(later.of('new')).toEqual({ text: 'half a question', pasted: [] })
  expect(later.of('a')).toEqual({ text: '', pasted: ['"quoted"\n', '第二段'] })
  expect(later.of('b')).toEqual({ text: '', pasted: [] })
  later.set('new', { text: '', pasted: [] })
  await vi.waitFor(async () => expect((await store().all()).size).toBe(1))
})

it('forgets a draft that is sent at once', async () => {
  const drafts = await opened()
  drafts.set('new', { text: 'typed', pasted: ['p'] })
  drafts.set('new', { text: '', pasted: [] })
  await store().put('later', { text: 'x', pasted: [] })
  await vi.waitFor(async () => expect([...(await store().all()).keys()]).toEqual(['later']))
})

it('prefers what is typed before the stored drafts have been read', async () => {
  await store().put('new', { text: 'stored', pasted: [] })
  const drafts = new Drafts(store(), new SettingsStore(), claim)
  const opening = drafts.open()
  drafts.set('new', { text: 'typed', pasted: [] })
  await opening
  expect(drafts.of('new').text).toBe('typed')
})

it('takes over the drafts of earlier versions, and then they are gone from where they were', async () => {
  stored.set('thinktab-draft:new', 'old text')
  stored.set('thinktab-draft:a', 'another')
  stored.set('thinktab-draft:a:pasted', JSON.stringify(['one', 2, 'three']))
  stored.set('thinktab-draft:b:pasted', 'no JSON')
  stored.set('thinktab-theme', 'dark')
  const drafts = await opened()
  expect(drafts.of('new')).toEqual({ text: 'old text', pasted: [] })
  expect(drafts.of('a')).toEqual({ text: 'another', pasted: ['one', 'three'] })
  await vi.waitFor(() => expect([...stored.keys()]).toEqual(['thinktab-theme']))
  expect((await opened()).of('a')).toEqual({ text: 'another', pasted: ['one', 'three'] })
})

it('stores what a full disk refused once there is room', async () => {
  const real = store()
  let full = true
  const filling = {
    all: () => real.all(),
    put: (...args: Parameters<typeof real.put>) => (full ? Promise.reject(new Error('full')) : real.put(...args)),
  }
  const drafts = new Drafts(filling, new SettingsStore(), claim)
  await drafts.open()
  drafts.set('a', { text: 'x', pasted: [] })
  drafts.set('b', { text: 'y', pasted: [] })
  drafts.set('b', { text: '', pasted: [] })
  await Promise.resolve()
  full = false
  drafts.catchUp()
  await vi.waitFor(async () => expect([...(await real.all())]).toEqual([['a', { text: 'x', pasted: [] }]]))
})

it('leaves old drafts where they are, and goes on, where nothing can be stored', async () => {
  stored.set('thinktab-draft:new', 'old text')
  const refusing = {
    all: () => Promise.reject(new Error('refused')),
    put: () => Promise.reject(new Error('refused')),
  }
  const drafts = new Drafts(refusing, new SettingsStore(), claim)
  await drafts.open()
  expect(drafts.of('new').text).toBe('old text')
  drafts.set('new', { text: 'more', pasted: [] })
  await Promise.resolve()
  expect(drafts.of('new').text).toBe('more')
  expect(stored.get('thinktab-draft:new')).toBe('old text')
})

it('gives each tab a draft of its own for a new chat, and what a closed tab has left to the next one', async () => {
  const [first, second] = [await opened(), await opened()]
  first.set(first.newKey, { text: 'first', pasted: [] })
  second.set(second.newKey, { text: 'second', pasted: [] })
  await vi.waitFor(async () => expect((await store().all()).size).toBe(2))
  const third = await opened()
  expect(third.of(third.newKey).text).toBe('')
  claimed.delete(`thinktab-draft/${first.newKey}`)
  const fourth = await opened()
  expect(fourth.of(fourth.newKey).text).toBe('first')
})

it('begins after a reload with the draft that this tab had, though another one was left', async () => {
  const remembered = new Map<string, string>()
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => remembered.get(name) ?? null,
    setItem: (name: string, value: string) => remembered.set(name, value),
  })
  await store().put('new', { text: 'left', pasted: [] })
  claimed.add('thinktab-draft/new')
  const drafts = await opened()
  drafts.set(drafts.newKey, { text: 'mine', pasted: [] })
  await vi.waitFor(async () => expect((await store().all()).size).toBe(2))
  claimed.clear()
  const reloaded = await opened()
  expect(reloaded.of(reloaded.newKey).text).toBe('mine')
})

it('does not replace what is typed before the drafts have been read', async () => {
  await store().put('new', { text: 'left', pasted: [] })
  const drafts = new Drafts(store(), new SettingsStore(), claim)
  drafts.set(drafts.newKey, { text: 'typed', pasted: [] })
  await drafts.open()
  expect(drafts.of(drafts.newKey).text).toBe('typed')
  expect(claimed).not.toContain('thinktab-draft/new')
})

it('keeps a sent draft in the store until what was sent is stored itself', async () => {
  const drafts = await opened()
  drafts.set('a', { text: 'question', pasted: [] })
  await vi.waitFor(async () => expect((await store().all()).get('a')?.text).toBe('question'))
  const onStored = drafts.send('a')
  expect(drafts.of('a').text).toBe('')
  expect((await opened()).of('a').text).toBe('question')
  onStored()
  await vi.waitFor(async () => expect((await store().all()).has('a')).toBe(false))
})

it('keeps what is typed while a question is being stored', async () => {
  const drafts = await opened()
  const onStored = drafts.send('a')
  drafts.set('a', { text: 'next', pasted: [] })
  onStored()
  expect(drafts.of('a').text).toBe('next')
  await vi.waitFor(async () => expect((await store().all()).get('a')?.text).toBe('next'))
})
