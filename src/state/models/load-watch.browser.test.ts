import { expect, it } from 'vitest'
import { SettingsStore } from '../../platform/settings-store'
import { LoadWatch } from './load-watch'

/** The state that a killed page leaves: its mark, and a lock that nobody holds. */
const killed = () => new SettingsStore().set('loading', JSON.stringify({ model: 'r1', lock: 'thinktab-load/gone' }))
const watch = () => new LoadWatch(new SettingsStore())

it('tells once that the last attempt to load a model ended the page', async () => {
  killed()
  expect(await watch().hasEndedPage('another')).toBe(false)
  const later = watch()
  expect(await later.hasEndedPage('r1')).toBe(true)
  expect(await later.hasEndedPage('r1')).toBe(false)
  expect(await watch().hasEndedPage('r1')).toBe(false)
})

it('says nothing of a load that is still under way, here or in another tab, or that has ended', async () => {
  let end: (error?: Error) => void = () => undefined
  const started = new Promise<void>((resolve) => {
    void watch()
      .during('r1', () => {
        resolve()
        return new Promise<void>((done, fail) => (end = (error) => (error ? fail(error) : done())))
      })
      .catch(() => undefined)
  })
  await started
  expect(await watch().hasEndedPage('r1')).toBe(false)
  end()
  await expect.poll(() => localStorage.getItem('thinktab-loading')).toBeNull()

  await expect(watch().during('r1', () => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory')
  expect(localStorage.getItem('thinktab-loading')).toBeNull()
})

it('forgets a load when its page is left in an orderly way', async () => {
  void watch().during('r1', () => new Promise(() => undefined))
  await expect.poll(() => localStorage.getItem('thinktab-loading')).toContain('r1')
  dispatchEvent(new PageTransitionEvent('pagehide'))
  expect(localStorage.getItem('thinktab-loading')).toBeNull()
})

it.each(['', 'nonsense', '{}', '{"model":1,"lock":null}'])('takes %j for no mark', async (stored) => {
  localStorage.setItem('thinktab-loading', stored)
  expect(await watch().hasEndedPage('r1')).toBe(false)
})
