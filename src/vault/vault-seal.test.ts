import { beforeEach, expect, it } from 'vitest'
import type { Conversation, Message } from '../conversations/conversations'
import { RecordCodec } from '../conversations/record-codec'
import type { ConversationId, MessageId } from '../shared/ids'
import { BytesSeal } from './bytes-seal'
import { VaultSeal } from './vault-seal'

const newKey = () => crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])

let key: CryptoKey
let codec: RecordCodec
beforeEach(async () => {
  key = await newKey()
  codec = new RecordCodec(new VaultSeal(key))
})

const MESSAGE: Message = {
  id: 'r' as MessageId,
  conversationId: 'c' as ConversationId,
  parentId: 'q' as MessageId,
  role: 'assistant',
  createdAt: 5,
  state: 'error',
  text: 'secret thought</think>secret answer',
  tokenMarks: [[0, 0]],
  tokens: { tokenizer: 'secret', ids: 'secret' },
  modelId: 'secret',
  error: { code: 'network', message: 'secret', retry: 'now', details: { file: 'secret' } },
}
const CONVERSATION: Conversation = {
  id: 'c' as ConversationId,
  title: 'secret title',
  createdAt: 5,
  updatedAt: 9,
  leafId: 'r' as MessageId,
  pinned: true,
  folder: 'secret folder',
  settings: { instructions: 'secret', seed: 7 },
  summary: { through: 'q' as MessageId, text: 'secret summary' },
}
const DRAFT = { text: 'secret draft', pasted: ['secret one', 'secret two'] }

/** Everything in a record that can be read without the key, bytes as characters. */
const readable = (record: object) =>
  Object.entries(record)
    .map(
      ([name, value]) => name + (value instanceof Uint8Array ? String.fromCharCode(...value) : JSON.stringify(value)),
    )
    .join()

it('gives back every field, and leaves no word readable', async () => {
  const [message, conversation, draft] = await Promise.all([
    codec.encodeMessage(MESSAGE),
    codec.encodeConversation(CONVERSATION),
    codec.encodeDraft('c', DRAFT),
  ])
  for (const record of [message, conversation, draft]) expect(readable(record)).not.toContain('secret')
  expect(message).toMatchObject({ id: 'r', conversationId: 'c', createdAt: 5 })
  expect(await codec.decodeMessage(message)).toEqual(MESSAGE)
  expect(await codec.decodeConversation(conversation)).toEqual(CONVERSATION)
  expect(await codec.decodeDraft(draft)).toEqual(DRAFT)
})

it('gives another ciphertext each time', async () => {
  const [one, other] = [await codec.encodeMessage(MESSAGE), await codec.encodeMessage(MESSAGE)]
  expect(one['sealed']).not.toEqual(other['sealed'])
})

it('changes one field of a conversation and leaves the others', async () => {
  const record = await codec.encodeConversation(CONVERSATION)
  const changed = { ...record, ...(await codec.encodeChange('c', { title: 'other', folder: '', pinned: false })) }
  const { folder, pinned, ...rest } = CONVERSATION
  expect([folder, pinned]).toEqual(['secret folder', true])
  expect(await codec.decodeConversation(changed)).toEqual({ ...rest, title: 'other' })
})

it('refuses words that were moved to another record or another field', async () => {
  const message = await codec.encodeMessage(MESSAGE)
  const moved = await codec.decodeMessage({ ...message, id: 'other' })
  expect([moved.text, moved.damaged !== undefined]).toEqual(['', true])
  const conversation = await codec.encodeConversation(CONVERSATION)
  const swapped = await codec.decodeConversation({ ...conversation, title: conversation['folder'] })
  expect([swapped.title, swapped.folder]).toEqual(['', 'secret folder'])
})

it('writes what it cannot decrypt back as it was', async () => {
  const stranger = await new RecordCodec(new VaultSeal(await newKey())).encodeMessage(MESSAGE)
  const read = await codec.decodeMessage(stranger)
  expect(read.damaged).toBeDefined()
  expect(await codec.encodeMessage(read)).toEqual(stranger)
})

it('reads records in plain words, which are on their way into the vault', async () => {
  const plain = new RecordCodec()
  expect(await codec.decodeMessage(await plain.encodeMessage(MESSAGE))).toEqual(MESSAGE)
  expect(await codec.decodeConversation(await plain.encodeConversation(CONVERSATION))).toEqual(CONVERSATION)
})

it('knows damage, another key and another version', async () => {
  const seal = new BytesSeal(key)
  const sealed = await seal.close('here', { words: 'yes' })
  expect(await seal.open('here', sealed)).toEqual({ words: 'yes' })
  const damaged = sealed.with(sealed.length - 1, (sealed.at(-1) ?? 0) ^ 1)
  await expect(seal.open('here', damaged)).rejects.toThrow()
  await expect(seal.open('there', sealed)).rejects.toThrow()
  await expect(new BytesSeal(await newKey()).open('here', sealed)).rejects.toThrow()
  await expect(seal.open('here', sealed.with(0, 2))).rejects.toThrow('version 2')
})
