import { describe, expect, it } from 'vitest'
import { ERROR_CODES } from '../shared/errors'
import type { Message } from './conversations'
import { readConversation, readMessage, RECORD_VERSION, type StoredRecord } from './record'
import { RecordCodec } from './record-codec'

const QUESTION = {
  id: 'q',
  conversationId: 'c',
  parentId: null,
  role: 'user',
  createdAt: 5,
  state: 'done',
  text: 'What?',
}
const REPLY = {
  ...QUESTION,
  id: 'r',
  parentId: 'q',
  role: 'assistant',
  state: 'error',
  text: 'half\n</think>\n\nan answer',
  opensThought: true,
  tokenMarks: [[0, 0]],
  thoughtMs: 3,
  modelId: 'nano',
  stats: { promptTokens: 7, prefilledTokens: 5, newTokens: 2, prefillMs: 1, decodeMs: 2, droppedTurns: 0 },
  atLimit: true,
  error: { code: 'network', message: 'x', retry: 'now', details: { file: 'a', status: 3, it: true } },
}
const without = (record: StoredRecord, field: string) =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== field))

describe('a stored message', () => {
  it.each([QUESTION, REPLY])('of version 1 is read with all its fields', (record) => {
    expect(readMessage(record)).toEqual(record)
  })

  it('is written with its version, and read without', async () => {
    const codec = new RecordCodec()
    const record = await codec.encodeMessage(readMessage(REPLY))
    expect(record).toEqual({ ...REPLY, version: RECORD_VERSION })
    expect(await codec.decodeMessage(record)).toEqual(REPLY)
  })

  it.each([
    ['conversationId', 7],
    ['parentId', undefined],
    ['parentId', 7],
    ['role', 'system'],
    ['createdAt', 'yesterday'],
    ['createdAt', NaN],
    ['state', undefined],
    ['state', 'waiting'],
    ['version', RECORD_VERSION + 1],
    ['version', 'two'],
    ['version', 0],
  ])('whose %s is %s is damaged and keeps its text', (field, value) => {
    const record = { ...REPLY, [field]: value }
    const message = readMessage(record)
    expect(message).toMatchObject({ id: 'r', text: REPLY.text, damaged: record })
  })

  it.each([undefined, null, 7, ['a']])('whose text is %s is damaged, in its place and without text', (text) => {
    expect(readMessage({ ...REPLY, text })).toMatchObject({ id: 'r', parentId: 'q', role: 'assistant', text: '' })
  })

  it('that is nothing but an id is damaged', () => {
    expect(readMessage({ id: 'x' })).toEqual({
      id: 'x',
      conversationId: '',
      parentId: '',
      role: 'assistant',
      createdAt: 0,
      state: 'done',
      text: '',
      damaged: { id: 'x' },
    })
  })

  it('that is damaged is written back as it was found', async () => {
    const record = { ...REPLY, text: 7, more: { of: 'it' } }
    expect(await new RecordCodec().encodeMessage(readMessage(record))).toBe(record)
  })

  it.each([
    ['opensThought', 'yes'],
    ['tokenMarks', [[1], 'x']],
    ['thoughtMs', -1],
    ['modelId', {}],
    ['stats', { newTokens: 3 }],
    ['atLimit', 1],
    ['error', 'broken'],
  ])('whose %s is %j does without', (field, value) => {
    expect(readMessage({ ...REPLY, [field]: value })).toEqual(without(REPLY, field))
  })

  it.each<readonly [string, unknown, Message['error']]>([
    ['an unknown code', { ...REPLY.error, code: 'flood' }, { ...REPLY.error, code: 'unexpected' } as Message['error']],
    ['no details', without(REPLY.error, 'details'), { ...REPLY.error, details: {} } as Message['error']],
    ['nothing in it', {}, { code: 'unexpected', message: '', retry: 'later', details: {} }],
  ])('with an error that has %s still says that it failed', (_, error, read) => {
    expect(readMessage({ ...REPLY, error }).error).toEqual(read)
  })

  it.each(ERROR_CODES.map((code) => [code]))('keeps the error code %s', (code) => {
    expect(readMessage({ ...REPLY, error: { ...REPLY.error, code } }).error?.code).toBe(code)
  })
})

describe('a stored conversation', () => {
  const CONVERSATION = {
    id: 'c',
    title: 'What?',
    createdAt: 5,
    updatedAt: 9,
    leafId: 'r',
    pinned: true,
    folder: 'Work',
  }

  it('of version 1 is read with all its fields', () => {
    expect(readConversation(CONVERSATION)).toEqual(CONVERSATION)
  })

  it.each<readonly [string, unknown, object]>([
    ['title', undefined, { title: '' }],
    ['createdAt', 'x', { createdAt: 9 }],
    ['updatedAt', undefined, { updatedAt: 5 }],
    ['leafId', 3, { leafId: null }],
    ['version', 99, {}],
    ['pinned', false, { pinned: undefined }],
    ['folder', '', { folder: undefined }],
    ['folder', 7, { folder: undefined }],
  ])('whose %s is %j does without', (field, value, change) => {
    expect(readConversation({ ...CONVERSATION, [field]: value })).toEqual({ ...CONVERSATION, ...change })
  })

  it('that is nothing but an id is one', () => {
    expect(readConversation({ id: 'c' })).toEqual({ id: 'c', title: '', createdAt: 0, updatedAt: 0, leafId: null })
  })
})
