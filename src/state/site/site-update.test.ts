import { describe, expect, it, vi } from 'vitest'
import { gate } from '../page.fixture'
import { SiteUpdate } from './site-update.svelte'

function make() {
  const reload = vi.fn()
  const activate = vi.fn()
  const quiet = gate()
  const writing = { now: false }
  const whenQuiet = async (onWait: () => void) => {
    if (!writing.now) return
    onWait()
    await quiet.opened
  }
  return { update: new SiteUpdate(reload, whenQuiet), reload, activate, writing, end: quiet.open }
}

describe('SiteUpdate', () => {
  it('offers a waiting version, and reloads only when that version serves the page', async () => {
    const { update, reload, activate } = make()
    expect(update.offered).toBe(false)
    update.waiting(activate)
    expect(update.offered).toBe(true)
    await update.take()
    expect(update.taking).toBe(true)
    expect(activate).toHaveBeenCalledOnce()
    expect(reload).not.toHaveBeenCalled()
    update.replaced()
    expect(reload).toHaveBeenCalledOnce()
  })

  it('does not reload a tab in which nobody asked for it, but offers to', async () => {
    const { update, reload, activate } = make()
    update.waiting(activate)
    update.dismiss()
    update.replaced()
    expect(reload).not.toHaveBeenCalled()
    expect(update.offered).toBe(true)
    await update.take()
    expect(activate).not.toHaveBeenCalled()
    expect(reload).toHaveBeenCalledOnce()
  })
  describe('taken while another tab writes a reply', () => {
    function taken() {
      const made = make()
      made.writing.now = true
      made.update.waiting(made.activate)
      const taking = made.update.take()
      expect(made.update).toMatchObject({ awaitsReply: true, taking: true, offered: true })
      expect(made.activate).not.toHaveBeenCalled()
      return { ...made, taking }
    }

    it('waits for its end', async () => {
      const { update, activate, end, taking } = taken()
      end()
      await taking
      expect(activate).toHaveBeenCalledOnce()
      expect(update).toMatchObject({ awaitsReply: false, taking: true })
    })

    it('is not taken where that was dismissed meanwhile, and can be taken later', async () => {
      const { update, activate, end, taking, writing } = taken()
      update.dismiss()
      end()
      await taking
      expect(activate).not.toHaveBeenCalled()
      writing.now = false
      await update.take()
      expect(activate).toHaveBeenCalledOnce()
    })

    it('reloads then, though another tab took it meanwhile', async () => {
      const { update, activate, reload, end, taking } = taken()
      update.replaced()
      expect(reload).not.toHaveBeenCalled()
      end()
      await taking
      expect(activate).not.toHaveBeenCalled()
      expect(reload).toHaveBeenCalledOnce()
    })
  })
})
