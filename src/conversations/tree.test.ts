import { describe, expect, it } from 'vitest'
import type { ConversationId, MessageId } from '../shared/ids'
import type { Message } from './conversations'
import {
  newestLeaf,
  pathTo,
  siblings,
  titleFrom,
  validLeaf,
  withFoundParents,
  withMessages,
  type MessageMap,
} from './tree'

const idOf = (id: string) => id as MessageId

/** `id<parent@time`, in which a question's id begins with q and a reply's with r. */
function messageOf(text: string): Message {
  const [, id = '', parent, time] = /^(\w+)(?:<(\w+))?@(\d+)$/.exec(text) ?? []
  return {
    id: idOf(id),
    conversationId: 'c' as ConversationId,
    parentId: parent === undefined ? null : idOf(parent),
    role: id.startsWith('q') ? 'user' : 'assistant',
    createdAt: Number(time),
    state: 'done',
    text: id,
  }
}

const mapOf = (...texts: string[]): MessageMap => withMessages(new Map(), texts.map(messageOf))
const ids = (messages: readonly Message[]) => messages.map(({ id }) => id)

/** Two questions; the first was answered twice and then asked in other words. */
const TREE = mapOf('q3<r1@7', 'r1<q1@2', 'r3<q3@8', 'q1@1', 'r2<q1@3', 'q2@5', 'r4<q2@6')

describe('pathTo', () => {
  it.each([
    ['r3', ['q1', 'r1', 'q3', 'r3']],
    ['r2', ['q1', 'r2']],
    ['q2', ['q2']],
    ['absent', []],
    [null, []],
  ])('%s is %j', (leaf, path) => {
    expect(ids(pathTo(TREE, leaf === null ? null : idOf(leaf)))).toEqual(path)
  })

  it('begins after a link that leads nowhere, and ends in a circle', () => {
    expect(ids(pathTo(mapOf('r1<gone@1', 'q2<r1@2'), idOf('q2')))).toEqual(['r1', 'q2'])
    expect(ids(pathTo(mapOf('q1<r1@1', 'r1<q1@2'), idOf('r1')))).toEqual(['q1', 'r1'])
  })
})

describe('siblings', () => {
  it.each([
    ['r1', ['r1', 'r2']],
    ['q1', ['q1', 'q2']],
    ['r3', ['r3']],
  ])('of %s are %j, oldest first', (id, expected) => {
    const message = TREE.get(idOf(id))
    expect(message && ids(siblings(TREE, message))).toEqual(expected)
  })
})

describe('newestLeaf', () => {
  it.each([
    ['q1', 'r2'],
    ['r1', 'r3'],
    ['q2', 'r4'],
    ['r3', 'r3'],
    ['absent', 'absent'],
  ])('from %s is %s', (from, leaf) => {
    expect(newestLeaf(TREE, idOf(from))).toBe(leaf)
  })

  it('ends in a circle', () => {
    expect(newestLeaf(mapOf('q1<r1@1', 'r1<q1@2'), idOf('q1'))).toBe('q1')
  })
})

describe('validLeaf', () => {
  it.each([
    ['r2', 'r2'],
    ['gone', 'r3'],
    [null, 'r3'],
  ])('for %s is %s', (asked, leaf) => {
    expect(validLeaf(TREE, asked === null ? null : idOf(asked))).toBe(leaf)
  })

  it('is none where there are no messages, and some message where all are in a circle', () => {
    expect(validLeaf(new Map(), idOf('gone'))).toBeNull()
    expect(validLeaf(mapOf('q1<r1@1', 'r1<q1@2'), null)).not.toBeNull()
  })
})

describe('withFoundParents', () => {
  it.each<readonly [string, MessageMap, string, readonly string[]]>([
    ['a lost reply', mapOf('q1@1', 'q2<r1@3', 'r2<q2@4'), 'r2', ['q1', 'q2', 'r2']],
    ['a lost question', mapOf('q1@1', 'r1<q1@2', 'r2<q2@4'), 'r2', ['q1', 'r1', 'r2']],
    ['a lost root', mapOf('r1<q1@2', 'q2<r1@3', 'r2<q2@4'), 'r2', ['r1', 'q2', 'r2']],
    ['two lost ones', mapOf('q1@1', 'q2<r1@3', 'q3<r2@5', 'r3<q3@6'), 'r3', ['q1', 'q2', 'q3', 'r3']],
    ['messages of one time', mapOf('q1@1', 'q2<r1@1', 'r2<q2@1'), 'r2', ['q1', 'q2', 'r2']],
    ['a fork', mapOf('q1@1', 'q2<r1@3', 'q3<r1@4'), 'q3', ['q1', 'q3']],
  ])('bridges %s', (_, messages, leaf, path) => {
    expect(ids(pathTo(withFoundParents(messages), idOf(leaf)))).toEqual(path)
  })

  it('changes nothing where nothing is lost', () => {
    expect(withFoundParents(TREE)).toBe(TREE)
  })
})

it('adds and replaces without touching the map it was given', () => {
  const before = mapOf('q1@1')
  const after = withMessages(before, [messageOf('q1@9'), messageOf('r1<q1@2')])
  expect([...after.values()].map(({ createdAt }) => createdAt)).toEqual([9, 2])
  expect(before.get(idOf('q1'))?.createdAt).toBe(1)
  expect(before.size).toBe(1)
})

describe('titleFrom', () => {
  it.each([
    ['What is 1 + 1?', 'What is 1 + 1?'],
    ['\n  first line  \nsecond', 'first line'],
    ['一'.repeat(60), '一'.repeat(60)],
    ['一'.repeat(61), `${'一'.repeat(59)}…`],
    ['👩‍👩‍👧‍👦'.repeat(60), '👩‍👩‍👧‍👦'.repeat(60)],
    ['é'.repeat(61), `${'é'.repeat(59)}…`],
  ])('of %j is %j', (question, title) => {
    expect(titleFrom(question)).toBe(title)
  })
})
