import { describe, expect, it } from 'vitest'
import type { Conversation } from '../../conversations/conversations'
import { groupsOf } from './conversation-groups'

/** A Wednesday at noon, in this machine's time zone. */
const NOW = new Date(2026, 6, 15, 12).getTime()
const at = (...date: [year: number, month: number, day: number, hour?: number]) => new Date(...date).getTime()

const chat = (id: string, updatedAt: number, more: Partial<Conversation> = {}): Conversation => ({
  id: id as Conversation['id'],
  title: id,
  createdAt: 0,
  updatedAt,
  leafId: null,
  ...more,
})
const shown = (...conversations: Conversation[]) =>
  groupsOf(conversations, NOW).map(({ key, conversations: inside }) => [key, ...inside.map(({ id }) => id)])

describe('groupsOf', () => {
  it.each<readonly [string, number, string]>([
    ['now', NOW, 'today'],
    ['a clock that is ahead', NOW + 1e9, 'today'],
    ['midnight', at(2026, 6, 15), 'today'],
    ['a moment before midnight', at(2026, 6, 15) - 1, 'yesterday'],
    ['Monday', at(2026, 6, 13), 'week'],
    ['Sunday', at(2026, 6, 13) - 1, 'month'],
    ['the first of the month', at(2026, 6, 1), 'month'],
    ['the last of the month before', at(2026, 6, 1) - 1, '2026-6'],
    ['a year ago', at(2025, 6, 15), '2025-7'],
    ['no date', 0, `${new Date(0).getFullYear()}-${new Date(0).getMonth() + 1}`],
  ])('places %s', (_, time, key) => {
    expect(shown(chat('a', time))).toEqual([[key, 'a']])
  })

  it('has what is pinned first, then folders by name, then days, each newest first', () => {
    expect(
      shown(
        chat('a', NOW),
        chat('b', NOW - 1, { folder: 'Work' }),
        chat('c', NOW - 2, { pinned: true, folder: 'Work' }),
        chat('d', NOW - 3, { folder: 'Home' }),
        chat('e', NOW - 4, { folder: 'Work' }),
        chat('f', at(2026, 4, 2)),
        chat('g', at(2026, 4, 1)),
        chat('h', 5, { pinned: true }),
      ),
    ).toEqual([
      ['pinned', 'c', 'h'],
      ['folder Home', 'd'],
      ['folder Work', 'b', 'e'],
      ['today', 'a'],
      ['2026-5', 'f', 'g'],
    ])
  })

  it('tells a folder from a day of the same name', () => {
    const groups = groupsOf([chat('a', NOW, { folder: 'today' }), chat('b', NOW)], NOW)
    expect(groups.map(({ kind }) => kind)).toEqual(['folder', 'today'])
    expect(new Set(groups.map(({ key }) => key)).size).toBe(2)
  })

  it('is nothing where there is nothing', () => {
    expect(groupsOf([], NOW)).toEqual([])
  })
})
