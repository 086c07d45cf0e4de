import * as v from 'valibot'
import type { ForeignChat, ForeignMessage } from './foreign-chat'
import { messagesOf, type ForeignNode } from './foreign-tree'

/** Reads a chat of one format. Undefined for another format. @throws {v.ValiError} if the chat is damaged */
type Reader = (data: unknown) => ForeignChat | undefined

const text = v.fallback(v.string(), '')
const maybe = <T>(schema: v.GenericSchema<unknown, T>) => v.fallback(v.optional(schema), undefined)
/** Seconds since the epoch, or an ISO date, as ms. */
const time = maybe(
  v.pipe(
    v.union([v.number(), v.string()]),
    v.transform((value) => {
      const ms = typeof value === 'number' ? value * (value < 1e11 ? 1000 : 1) : Date.parse(value)
      return Number.isFinite(ms) && ms >= 0 ? ms : undefined
    }),
  ),
)
const role = v.picklist(['user', 'assistant'])

/** Keeps only the fields that are there. */
const defined = <T extends object>(object: T) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }

/** `<think>` within an answer, as some programs store it, is a thought. */
function split(answer: string): Pick<ForeignMessage, 'text' | 'thought'> {
  const [, thought, rest] = /^\s*<think>([\s\S]*?)<\/think>\s*([\s\S]*)$/.exec(answer) ?? []
  return thought === undefined ? { text: answer } : { text: rest ?? '', thought: thought.trim() }
}

const said = (who: 'user' | 'assistant', words: string) => (who === 'user' ? { text: words } : split(words))

/** A list in which each message follows the one before it. */
function chain(list: readonly Omit<ForeignMessage, 'key' | 'parent'>[]): ForeignMessage[] {
  return list.map((message, index) => ({
    ...message,
    key: String(index),
    parent: index === 0 ? null : String(index - 1),
  }))
}

const chatGptSchema = v.object({
  title: text,
  create_time: time,
  update_time: time,
  conversation_id: maybe(v.string()),
  id: maybe(v.string()),
  current_node: maybe(v.string()),
  mapping: v.record(
    v.string(),
    v.object({
      parent: v.fallback(v.nullable(v.string()), null),
      message: v.fallback(v.nullable(v.record(v.string(), v.unknown())), null),
    }),
  ),
})
const chatGptMessageSchema = v.object({
  author: v.object({ role }),
  create_time: time,
  content: v.object({ parts: v.array(v.unknown()) }),
  metadata: maybe(v.object({ model_slug: maybe(v.string()) })),
})
const fragmentsSchema = v.object({
  model: maybe(v.string()),
  inserted_at: time,
  fragments: v.array(v.object({ type: text, content: text })),
})

/** ChatGPT's conversations.json, and DeepSeek's, which has the same tree with fragments for messages. */
const mapping: Reader = (data) => {
  if (!isObject(data) || !isObject(data['mapping'])) return undefined
  const chat = v.parse(chatGptSchema, data)
  const dates = data as { inserted_at?: unknown; updated_at?: unknown }
  const nodes = Object.entries(chat.mapping).map(([id, { parent, message }]): ForeignNode => ({
    id,
    parent,
    message: gptMessage(message) ?? fragmentsMessage(message),
  }))
  const { messages, nearest } = messagesOf(nodes)
  const leaf = chat.current_node === undefined ? messages.at(-1)?.key : nearest(chat.current_node)
  return {
    title: chat.title,
    messages,
    ...defined({
      id: chat.conversation_id ?? chat.id,
      createdAt: chat.create_time ?? v.parse(time, dates.inserted_at),
      updatedAt: chat.update_time ?? v.parse(time, dates.updated_at),
      leaf,
    }),
  }
}

function gptMessage(message: unknown): ForeignNode['message'] {
  const read = v.safeParse(chatGptMessageSchema, message)
  if (!read.success) return undefined
  const { author, content, create_time: at, metadata } = read.output
  const words = content.parts.filter((part) => typeof part === 'string').join('\n\n')
  if (words.trim() === '') return undefined
  return { role: author.role, ...said(author.role, words), ...defined({ at, model: metadata?.model_slug }) }
}

function fragmentsMessage(message: unknown): ForeignNode['message'] {
  const read = v.safeParse(fragmentsSchema, message)
  if (!read.success) return undefined
  const { fragments, inserted_at: at, model } = read.output
  const of = (kind: string) =>
    fragments
      .filter(({ type }) => type === kind)
      .map(({ content }) => content)
      .join('\n\n')
  const request = of('REQUEST')
  if (request !== '') return { role: 'user', text: request, ...defined({ at }) }
  const [answer, thought] = [of('RESPONSE'), of('THINK')]
  if (answer === '' && thought === '') return undefined
  return { role: 'assistant', text: answer, ...(thought !== '' && { thought }), ...defined({ at, model }) }
}

const openWebUiSchema = v.object({
  id: maybe(v.string()),
  title: text,
  created_at: time,
  updated_at: time,
  chat: v.object({
    title: text,
    history: v.object({
      currentId: maybe(v.string()),
      messages: v.record(
        v.string(),
        v.object({
          parentId: v.fallback(v.nullable(v.string()), null),
          role: v.fallback(v.string(), ''),
          content: text,
          timestamp: time,
          model: maybe(v.string()),
        }),
      ),
    }),
  }),
})

const openWebUi: Reader = (data) => {
  if (!isObject(data) || !isObject(data['chat'])) return undefined
  const read = v.parse(openWebUiSchema, data)
  const { currentId, messages: stored } = read.chat.history
  const nodes = Object.entries(stored).map(([id, one]): ForeignNode => {
    const who = v.safeParse(role, one.role)
    if (!who.success) return { id, parent: one.parentId, message: undefined }
    const content = one.content.replace(
      /<details type="reasoning"[^>]*>\s*<summary>[^<]*<\/summary>([\s\S]*?)<\/details>/,
      (_, thought: string) => `<think>${thought.replaceAll(/^> ?/gm, '')}</think>`,
    )
    return {
      id,
      parent: one.parentId,
      message: { role: who.output, ...said(who.output, content), ...defined({ at: one.timestamp, model: one.model }) },
    }
  })
  const { messages, nearest } = messagesOf(nodes)
  const leaf = currentId === undefined ? undefined : nearest(currentId)
  return {
    title: read.title || read.chat.title,
    messages,
    ...defined({ id: read.id, createdAt: read.created_at, updatedAt: read.updated_at, leaf }),
  }
}

const llamaSchema = v.object({
  conv: v.object({
    id: maybe(v.string()),
    name: text,
    lastModified: time,
    currNode: maybe(v.union([v.string(), v.number()])),
  }),
  messages: v.array(
    v.object({
      id: v.union([v.string(), v.number()]),
      parent: v.fallback(v.nullable(v.union([v.string(), v.number()])), null),
      role: v.fallback(v.string(), ''),
      type: v.fallback(v.string(), ''),
      content: text,
      reasoningContent: v.fallback(v.string(), ''),
      thinking: v.fallback(v.string(), ''),
      timestamp: time,
      model: maybe(v.string()),
    }),
  ),
})

/** llama.cpp's page. */
const llama: Reader = (data) => {
  if (!isObject(data) || !isObject(data['conv'])) return undefined
  const { conv, messages: stored } = v.parse(llamaSchema, data)
  const nodes = stored.map((one): ForeignNode => {
    const who = v.safeParse(role, one.role)
    const [id, parent] = [String(one.id), one.parent === null ? null : String(one.parent)]
    if (!who.success || one.type === 'root') return { id, parent, message: undefined }
    const thought = one.reasoningContent || one.thinking
    const words = thought === '' ? said(who.output, one.content) : { text: one.content, thought }
    return { id, parent, message: { role: who.output, ...words, ...defined({ at: one.timestamp, model: one.model }) } }
  })
  const { messages, nearest } = messagesOf(nodes)
  const leaf = conv.currNode === undefined ? undefined : nearest(String(conv.currNode))
  return { title: conv.name, messages, ...defined({ id: conv.id, updatedAt: conv.lastModified, leaf }) }
}

const shareGptSchema = v.object({
  id: maybe(v.string()),
  title: text,
  conversations: v.array(v.object({ from: v.string(), value: text })),
})
const FROM: Readonly<Record<string, 'user' | 'assistant'>> = {
  human: 'user',
  user: 'user',
  gpt: 'assistant',
  assistant: 'assistant',
  model: 'assistant',
}

const shareGpt: Reader = (data) => {
  if (!isObject(data) || !Array.isArray(data['conversations'])) return undefined
  const { id, title, conversations } = v.parse(shareGptSchema, data)
  const instructions = conversations.find(({ from }) => from === 'system')?.value
  const messages = conversations.flatMap(({ from, value }) => {
    const who = Object.hasOwn(FROM, from) ? FROM[from] : undefined
    return who ? [{ role: who, ...said(who, value) }] : []
  })
  return { title, messages: chain(messages), ...defined({ id, instructions: instructions || undefined }) }
}

const sessionSchema = v.object({
  id: maybe(v.union([v.string(), v.number()])),
  topic: text,
  lastUpdate: time,
  messages: v.array(
    v.object({ role: v.fallback(v.string(), ''), content: text, date: time, model: maybe(v.string()) }),
  ),
})

/** A session of web-llm-chat or NextChat, or a bare list of messages. */
const session: Reader = (data) => {
  if (!isObject(data) || !Array.isArray(data['messages'])) return undefined
  const read = v.parse(sessionSchema, data)
  const messages = read.messages.flatMap(({ role: stored, content, date, model }) => {
    const who = v.safeParse(role, stored)
    return who.success ? [{ role: who.output, ...said(who.output, content), ...defined({ at: date, model }) }] : []
  })
  const instructions = read.messages.find((message) => message.role === 'system')?.content
  return {
    title: read.topic,
    messages: chain(messages),
    ...defined({
      id: read.id === undefined ? undefined : String(read.id),
      updatedAt: read.lastUpdate,
      instructions: instructions || undefined,
    }),
  }
}

const isObject = (data: unknown): data is Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null && !Array.isArray(data)

/** Every format of other programs, with the name under which its ids are made. */
export const FOREIGN_FORMATS: readonly (readonly [kind: string, read: Reader])[] = [
  ['mapping', mapping],
  ['open-webui', openWebUi],
  ['llama.cpp', llama],
  ['sharegpt', shareGpt],
  ['session', session],
]
