import { describe, expect, it } from 'vitest'
import type { ConversationId, MessageId } from '../shared/ids'
import type { Message } from './conversations'
import { newestLeaf, pathTo, siblings, titleFrom, withMessages, type MessageMap } from './tree'

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
