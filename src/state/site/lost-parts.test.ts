import { describe, expect, it, vi } from 'vitest'
import type { AfterReload } from '../../platform/site-version'
import { LostParts } from './lost-parts.svelte'
import { SiteUpdate } from './site-update.svelte'

function make(brings: AfterReload) {
  const update = new SiteUpdate(vi.fn())
  const facts = { afterReload: vi.fn(() => Promise.resolve(brings)), lookForVersion: vi.fn(() => Promise.resolve()) }
  return { update, facts, parts: new LostParts(update, facts) }
}

describe('LostParts', () => {
  it('offers another version where a reload brings one, also after it was declined', async () => {
    const { update, parts } = make('other')
    await parts.lost()
    expect(update.offered).toBe(true)
    expect(parts.reason).toBeUndefined()
    update.dismiss()
    await parts.lost()
    expect(update.offered).toBe(true)
  })

  it.each([
    ['away', 'away', 0],
    ['same', 'broken', 1],
  ] as const)('offers none where a reload brings %s', async (brings, reason, looks) => {
    const { update, facts, parts } = make(brings)
    await parts.lost()
    expect(update.offered).toBe(false)
    expect(parts.reason).toBe(reason)
    expect(facts.lookForVersion).toHaveBeenCalledTimes(looks)
    parts.dismiss()
    expect(parts.reason).toBeUndefined()
  })

  it('asks once for parts that fail together', async () => {
    const { facts, parts } = make('away')
    await Promise.all([parts.lost(), parts.lost(), parts.lost()])
    expect(facts.afterReload).toHaveBeenCalledOnce()
  })
})
