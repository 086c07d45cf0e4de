import { describe, expect, it } from 'vitest'
import type { Conversation } from '../../conversations/conversations'
import type { SettingsStore } from '../../platform/settings-store'
import { BackupReminder } from './backup-reminder.svelte'

const DAY = 24 * 60 * 60 * 1000
const chats = (count: number, updatedAt = 1) => Array.from({ length: count }, () => ({ updatedAt }) as Conversation)
const BARE = { persisted: false, hasBackup: false }

/** A browser, first seen on day 1000; each `open` is a page in it. */
function browser() {
  const kept = new Map<string, string>()
  const store = {
    get: (key: string) => kept.get(key),
    set: (key: string, value: string | undefined) => {
      if (value === undefined) kept.delete(key)
      else kept.set(key, value)
    },
  } as unknown as SettingsStore
  const clock = { day: 1000 }
  const open = () => new BackupReminder(store, () => clock.day * DAY)
  open()
  return { clock, open }
}

describe('BackupReminder', () => {
  it('says nothing in the first week, then once, and again after thirty days', () => {
    const { clock, open } = browser()
    const shown: number[] = []
    for (let day = 1000; day < 1075; day += 1) {
      clock.day = day
      const reminder = open()
      reminder.look(chats(5), BARE)
      if (reminder.due) shown.push(day)
    }
    expect(shown).toEqual([1007, 1037, 1067])
  })

  it('says nothing where there is a backup, where few chats lack a copy, or where nobody wants it', () => {
    const { clock, open } = browser()
    clock.day = 1010
    const reminder = open()
    reminder.look(chats(100), { persisted: false, hasBackup: true })
    expect(reminder.due).toBeUndefined()
    reminder.look(chats(4), BARE)
    expect(reminder.due).toBeUndefined()
    reminder.look(chats(29), { persisted: true, hasBackup: false })
    expect(reminder.due).toBeUndefined()
    reminder.setWanted(false)
    const later = open()
    later.look(chats(100), BARE)
    expect([later.wanted, later.due]).toEqual([false, undefined])
    later.setWanted(true)
    later.look(chats(30), { persisted: true, hasBackup: false })
    expect(later.due).toEqual({ chats: 30, persisted: true })
    later.setWanted(false)
    expect(later.due).toBeUndefined()
  })

  it('counts what has changed since the last export', () => {
    const { clock, open } = browser()
    clock.day = 1010
    const reminder = open()
    reminder.look(chats(7), BARE)
    expect(reminder.due?.chats).toBe(7)
    reminder.exported()
    expect(reminder.due).toBeUndefined()
    clock.day = 1050
    reminder.look([...chats(7), ...chats(5, 1020 * DAY)], BARE)
    expect(reminder.due?.chats).toBe(5)
    reminder.dismiss()
    expect(reminder.due).toBeUndefined()
  })
})
