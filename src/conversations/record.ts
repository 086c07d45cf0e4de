import * as v from 'valibot'
import { ERROR_CODES } from '../shared/errors'
import type { ConversationId, MessageId } from '../shared/ids'
import { readReplySettings } from '../shared/reply-settings'
import type { Conversation, Message } from './conversations'
import { UNKNOWN_PARENT } from './tree'

/** A record as IndexedDB gives it. */
export type StoredRecord = Readonly<Record<string, unknown>>

/** From each version of the records to the next; records of version 1 do not name it. */
const LADDER: readonly ((record: StoredRecord) => StoredRecord)[] = [
  // 1 to 2: the version is written down.
  (record) => record,
]

/** The version of the records that are written. */
export const RECORD_VERSION = LADDER.length + 1

const time = v.pipe(v.number(), v.finite())
const count = v.pipe(v.number(), v.minValue(0))
const conversationId = v.custom<ConversationId>((value) => typeof value === 'string')
const messageId = v.custom<MessageId>((value) => typeof value === 'string')
const parentId = v.nullable(messageId)
const role = v.picklist(['user', 'assistant'])

/** What a message can do without: it is left out where it is wrong. */
const orNothing = <T>(schema: v.GenericSchema<unknown, T>) => v.fallback(v.optional(schema), undefined)

/** The error of a later version, or half of one, still says that the reply failed. */
const errorSchema = v.object({
  code: v.fallback(v.picklist(ERROR_CODES), 'unexpected'),
  message: v.fallback(v.string(), ''),
  retry: v.fallback(v.picklist(['now', 'later', 'never']), 'later'),
  details: v.fallback(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])), {}),
})

const statsSchema = v.object({
  promptTokens: count,
  prefilledTokens: count,
  newTokens: count,
  prefillMs: count,
  decodeMs: count,
  droppedTurns: count,
})

const originSchema = v.object({
  name: v.string(),
  quantization: v.exactOptional(v.string()),
  engine: v.picklist(['webllm', 'wllama', 'scripted']),
})

const messageSchema = v.object({
  id: messageId,
  conversationId,
  parentId,
  role,
  createdAt: time,
  state: v.picklist(['streaming', 'done', 'stopped', 'error']),
  text: v.string(),
  opensThought: orNothing(v.literal(true)),
  tokenMarks: orNothing(v.array(v.tuple([count, count]))),
  thoughtMs: orNothing(count),
  modelId: orNothing(v.string()),
  origin: orNothing(originSchema),
  tokens: orNothing(v.object({ tokenizer: v.string(), ids: v.string() })),
  withoutThought: orNothing(v.literal(true)),
  closed: orNothing(v.picklist(['asked', 'budget', 'context', 'loop', 'ended'])),
  poll: orNothing(v.string()),
  excluded: orNothing(v.literal(true)),
  pinned: orNothing(v.literal(true)),
  stats: orNothing(statsSchema),
  atLimit: orNothing(v.literal(true)),
  atLongest: orNothing(v.literal(true)),
  error: orNothing(errorSchema),
})

/** Only the id must be right; everything else can be found again, or done without. */
const conversationSchema = v.object({
  id: conversationId,
  title: v.fallback(v.string(), ''),
  createdAt: orNothing(time),
  updatedAt: orNothing(time),
  leafId: v.fallback(parentId, null),
  recovered: orNothing(v.literal(true)),
  settings: v.optional(v.pipe(v.unknown(), v.transform(readReplySettings))),
  summary: orNothing(v.object({ through: messageId, text: v.pipe(v.string(), v.minLength(1)) })),
  pinned: orNothing(v.literal(true)),
  folder: orNothing(v.pipe(v.string(), v.minLength(1))),
})

/** The record in today's form; undefined if it has a version that this page does not know. */
function upToDate(record: StoredRecord): StoredRecord | undefined {
  const version = record['version'] ?? 1
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1 || version > RECORD_VERSION)
    return undefined
  return LADDER.slice(version - 1).reduce((upgraded, step) => step(upgraded), record)
}

/**
 * Reads a stored message of any version. A record that is none comes back as a damaged message, with its text where it has
 * one, so that it costs no more than itself.
 */
export function readMessage(record: StoredRecord): Message {
  const result = v.safeParse(messageSchema, upToDate(record))
  return result.success ? withoutUndefined(result.output) : damagedMessage(record)
}

function damagedMessage(record: StoredRecord): Message {
  const { id, conversationId: of, text } = record
  return {
    id: (typeof id === 'string' ? id : JSON.stringify(id)) as MessageId,
    conversationId: (typeof of === 'string' ? of : '') as ConversationId,
    parentId: v.parse(v.fallback(parentId, UNKNOWN_PARENT), record['parentId']),
    role: v.parse(v.fallback(role, 'assistant'), record['role']),
    createdAt: v.parse(v.fallback(time, 0), record['createdAt']),
    state: 'done',
    text: typeof text === 'string' ? text : '',
    damaged: record,
  }
}

/** Reads a stored conversation of any version; what is wrong with it is replaced. */
export function readConversation(record: StoredRecord): Conversation {
  const { createdAt, updatedAt, ...rest } = v.parse(conversationSchema, upToDate(record) ?? record)
  return withoutUndefined({
    ...rest,
    createdAt: createdAt ?? updatedAt ?? 0,
    updatedAt: updatedAt ?? createdAt ?? 0,
  })
}

type WithoutUndefined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** The object without its undefined fields: stored and compared, a field that is not there and one that is undefined differ. */
function withoutUndefined<T extends object>(object: T): WithoutUndefined<T> {
  // Nearly always there is none, and a long chat has thousands of records.
  if (!Object.values(object).includes(undefined)) return object as WithoutUndefined<T>
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as WithoutUndefined<T>
}
