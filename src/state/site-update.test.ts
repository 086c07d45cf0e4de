import { describe, expect, it, vi } from 'vitest'
import { SiteUpdate } from './site-update.svelte'

function make() {
  const reload = vi.fn()
  const activate = vi.fn()
  return { update: new SiteUpdate(reload), reload, activate }
}

describe('SiteUpdate', () => {
  it('offers a waiting version, and reloads only when that version serves the page', () => {
    const { update, reload, activate } = make()
    expect(update.offered).toBe(false)
    update.waiting(activate)
    expect(update.offered).toBe(true)
    update.take()
    expect(update.taking).toBe(true)
    expect(activate).toHaveBeenCalledOnce()
    expect(reload).not.toHaveBeenCalled()
    update.replaced()
    expect(reload).toHaveBeenCalledOnce()
  })

  it('does not reload a tab in which nobody asked for it, but offers to', () => {
    const { update, reload, activate } = make()
    update.waiting(activate)
    update.dismiss()
    update.replaced()
    expect(reload).not.toHaveBeenCalled()
    expect(update.offered).toBe(true)
    update.take()
    expect(activate).not.toHaveBeenCalled()
    expect(reload).toHaveBeenCalledOnce()
  })
})
