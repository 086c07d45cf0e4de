import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openSafety } from './vault.fixture'
import { waitAfter } from './vault-lock.svelte'
import { VaultTabs } from './vault-tabs'

const MINUTE_MS = 60_000

/** A tab, and what was done to its page, in order. */
function openTab(options: Parameters<typeof openSafety>[0] = {}, isWriting = () => false) {
  const done: string[] = []
  const note = (name: string) => () => {
    done.push(name)
  }
  const save = () => {
    done.push('save')
    return Promise.resolve()
  }
  const page = { isWriting, hide: note('hide'), save, reload: note('reload'), leave: note('leave') }
  return { ...openSafety(options, page), done }
}
const name = () => `tabs-${crypto.randomUUID()}`
const newKey = () => crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }))
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  localStorage.clear()
})

describe('a lock', () => {
  it('takes everything off the page, then stores, then begins anew, in every tab', async () => {
    const tabs = name()
    const [one, other] = [openTab({ isVaulted: true, name: tabs }), openTab({ isVaulted: true, name: tabs })]
    await one.safety.lock()
    expect(one.done).toEqual(['hide', 'save', 'reload'])
    await vi.waitFor(() => expect(other.done).toEqual(['hide', 'save', 'reload']))
  })

  it('takes the key from all tabs, so that none gives it to a new one', async () => {
    const tabs = name()
    const [one, other] = [openTab({ isVaulted: true, name: tabs }), openTab({ isVaulted: true, name: tabs })]
    for (const tab of [one, other]) tab.tabs.hold(await newKey())
    expect(await new VaultTabs(tabs).ask()).toBeDefined()
    await one.safety.lock()
    await vi.waitFor(() => expect(other.done).toContain('reload'))
    expect(await new VaultTabs(tabs).ask()).toBeUndefined()
  })

  it('comes after the chosen time without use, and not while a reply is written', async () => {
    let now = 0
    let isWriting = true
    const tab = openTab({ isVaulted: true, now: () => now }, () => isWriting)
    const wait = (minutes: number) => {
      now += minutes * MINUTE_MS
      vi.advanceTimersByTime(5000)
    }
    wait(20)
    isWriting = false
    wait(14)
    expect(tab.done).toEqual([])
    dispatchEvent(new Event('keydown'))
    wait(14)
    expect(tab.done).toEqual([])
    tab.safety.lockAfter.choose('never')
    wait(1000)
    expect(tab.done).toEqual([])
    tab.safety.lockAfter.choose('5')
    wait(6)
    await vi.waitFor(() => expect(tab.done).toEqual(['hide', 'save', 'reload']))
  })

  it('counts the use of another tab', async () => {
    let now = 0
    const tabs = name()
    const tab = openTab({ isVaulted: true, now: () => now, name: tabs })
    now = 14 * MINUTE_MS
    new VaultTabs(tabs).post({ type: 'active' })
    await new Promise((resolve) => setTimeout(resolve, 100))
    now = 16 * MINUTE_MS
    vi.advanceTimersByTime(5000)
    expect(tab.done).toEqual([])
  })

  it.each([
    ['no other tab is seen', false, ['hide', 'save', 'reload']],
    ['another tab is seen', true, []],
  ])('comes when the page is hidden and %s, if that is chosen', async (_, isSeen, done) => {
    const tabs = name()
    const tab = openTab({ isVaulted: true, name: tabs })
    const others = new VaultTabs(tabs)
    others.listen(({ type }) => {
      if (type === 'who-is-visible' && isSeen) others.post({ type: 'visible' })
    })
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
    const hide = async () => {
      document.dispatchEvent(new Event('visibilitychange'))
      await new Promise((resolve) => setTimeout(resolve, 800))
    }
    await hide()
    expect(tab.done).toEqual([])
    tab.safety.lockHidden.choose('on')
    await hide()
    expect(tab.done).toEqual(done)
  })
})

it('forgets without waiting for anything, in every tab, also without a vault', async () => {
  const tabs = name()
  const [one, other] = [openTab({ name: tabs }), openTab({ name: tabs })]
  one.safety.forget()
  expect(one.done).toEqual(['hide', 'leave'])
  await vi.waitFor(() => expect(other.done).toEqual(['hide', 'leave']))
})

it('waits longer after each wrong passphrase, from the third on', () => {
  expect([1, 2, 3, 4, 5, 8, 30].map(waitAfter)).toEqual([0, 0, 2000, 4000, 8000, 60_000, 60_000])
})
