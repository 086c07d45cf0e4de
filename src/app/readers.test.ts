import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ggufOf, smallModel } from '../../test/fixtures/gguf'
import { mutatedBytes, mutatedJson, seeded } from '../../test/fixtures/mutate'
import { archiveText } from '../archive/archive-format'
import { readArchive } from '../archive/read-archive'
import { fromFragment, toFragment } from '../archive/share-link'
import { readConversation, readMessage, RECORD_VERSION } from '../conversations/record'
import { titleFrom } from '../conversations/tree'
import { addedTokens, readModelJson } from '../engine/model-json'
import { indexInWords, shardsInOrder } from '../engine/webllm/tensor-index'
import { chatTemplateOf } from '../gguf/chat-template-of'
import { readGguf } from '../gguf/facts'
import { layoutOf } from '../hub/layouts'
import { kernelsFor } from '../models/kernels'
import { artifactsOf } from '../models/manifest'
import { parseManifest } from '../models/manifest-schema'
import { addressIn } from '../platform/reach'
import { sha256 } from '../platform/sha256'
import { assemblePrompt } from '../reasoning/prompt'
import { AppError } from '../shared/errors'
import { isFilePath } from '../shared/file-path'
import type { ConversationId, MessageId } from '../shared/ids'
import { readGivenManifest } from '../weights/model-files'

/** Inputs for each reader: few in every run of the tests, 10,000 by `npm run fuzz`. */
const RUNS = Number(process.env['READER_FUZZ_RUNS'] ?? 2000)
/** The longest time of the processor for one input, in ms. */
const PATIENCE_MS = 2000
/** What a reader may leave in memory after all inputs, in bytes. */
const GROWTH = 64 * 1024 * 1024

const records = { version: RECORD_VERSION, readConversation, readMessage }
const digest = (text: string) => sha256(new TextEncoder().encode(text).buffer)
const cpuTime = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const heap = () => {
  ;(globalThis as { gc?: () => void }).gc?.()
  return process.memoryUsage().heapUsed
}

const CHAT = {
  conversation: {
    id: 'one' as ConversationId,
    title: '标题 <b>',
    createdAt: 1,
    updatedAt: 2,
    leafId: 'b' as MessageId,
  },
  messages: (['a', 'b'] as const).map((id, index) => ({
    id: id as MessageId,
    conversationId: 'one' as ConversationId,
    parentId: index === 0 ? null : ('a' as MessageId),
    role: index === 0 ? ('user' as const) : ('assistant' as const),
    createdAt: index,
    state: 'done' as const,
    text: index === 0 ? 'Question' : '<think>\nthought</think>\nanswer',
  })),
}

async function textOf(parts: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const part of parts) text += part
  return text
}
async function* chats() {
  yield await Promise.resolve(CHAT)
}
const ARCHIVE = await textOf(archiveText(chats(), RECORD_VERSION, '2026-07-15T00:00:00Z'))
const LINK = (await toFragment(CHAT, RECORD_VERSION)) ?? ''

const artifact = (path: string, role: string) => ({ path, bytes: 10, sha256: 'ab'.repeat(32), role })
const MANIFEST = {
  version: 2,
  id: 'nano',
  name: 'Nano',
  parameters: 977_024,
  contextWindow: 1024,
  template: 'deepseek-r1',
  sampling: { temperature: 0, topP: 1 },
  historyTokens: 0,
  licence: 'Apache-2.0',
  source: { revision: 'r1', repository: 'somewhere/nano' },
  builds: [
    { engine: 'processor', artifacts: [artifact('nano.gguf', 'gguf'), artifact('tokenizer.json', 'tokenizer')] },
  ],
}
const TREE = [
  { type: 'file', path: 'a.json', size: 5, oid: 'c'.repeat(40) },
  { type: 'file', path: 'b/c.gguf', size: 9, oid: 'd'.repeat(40), lfs: { oid: 'e'.repeat(64), size: 9 } },
]
const FILES = { Code: 200, Data: { Files: [{ Type: 'blob', Path: 'a.gguf', Size: 9, Sha256: 'e'.repeat(64) }] } }

/** Nano's own descriptions, its vocabulary cut to a few tokens: the form matters, not the length. */
const nano = (name: string) => JSON.parse(readFileSync(`public/models/nano/${name}`, 'utf8')) as Record<string, unknown>
const { model: BPE, ...TOKENIZER } = nano('tokenizer.json')
const some = (of: object) => Object.fromEntries(Object.entries(of).slice(0, 20))
const DESCRIPTIONS = {
  'tokenizer.json': {
    ...TOKENIZER,
    model: { ...(BPE as object), vocab: some((BPE as { vocab: object }).vocab), merges: [] },
  },
  'mlc-chat-config.json': nano('mlc-chat-config.json'),
  'tensor-cache.json': nano('tensor-cache.json'),
}

type Random = () => number
const encode = (text: string) => new TextEncoder().encode(text)
/** JSON with changes in its values or in its bytes. */
const jsonBytes = (text: string, random: Random) =>
  random() < 0.5
    ? mutatedBytes(encode(text), random)
    : encode(JSON.stringify(mutatedJson(JSON.parse(text) as unknown, random)))

/** Every address that a path would be asked at lies in its folder. */
const staysInside = (path: string) => {
  const folder = 'https://hub.example/owner/name/'
  expect(addressIn({ folder, path: path.split('/').map(encodeURIComponent).join('/') }).startsWith(folder)).toBe(true)
}

/** Readers of what comes from elsewhere. Each takes one input, checks what it makes of it, and says whether it is anything. */
const READERS: Readonly<Record<string, (random: Random) => boolean | Promise<boolean>>> = {
  'a GGUF file': async (random) => {
    const facts = await readGguf(new Blob([mutatedBytes(GGUF, random)]))
    chatTemplateOf(facts, assemblePrompt)
    return true
  },
  'a manifest': (random) => {
    for (const { path, from } of artifactsOf(parseManifest(mutatedJson(MANIFEST, random))))
      for (const each of [path, from ?? path]) staysInside(decodeURIComponent(each))
    return true
  },
  'an archive of chats': async (random) => {
    const file = new Blob([jsonBytes(ARCHIVE, random)])
    let isWhole = true
    for await (const one of readArchive(file, { records, titleFrom, digest, onRead: () => undefined }))
      if ('chat' in one) expect(typeof one.chat.conversation.title).toBe('string')
      else isWhole = false
    return isWhole
  },
  'a link with a chat': async (random) => {
    const bytes = mutatedBytes(encode(LINK), random)
    const read = await fromFragment(new TextDecoder('latin1').decode(bytes), records)
    if (read) expect(Array.isArray(read.messages)).toBe(true)
    return read !== undefined
  },
  'the listing of a hub': async (random) => {
    const isFirst = random() < 0.5
    const answers = isFirst ? [{ sha: 'a'.repeat(40) }, TREE] : [FILES]
    const hub = layoutOf({ url: 'https://hub.example/', layout: isFirst ? 'huggingface' : 'modelscope' })
    const found = await hub.list('a/b', 'main', () => Promise.resolve(mutatedJson(answers.shift(), random)))
    for (const { path } of found?.files.filter((file) => isFilePath(file.path)) ?? []) staysInside(path)
    return true
  },
  'a tokenizer': (random) => {
    const bytes = jsonBytes(JSON.stringify(DESCRIPTIONS['tokenizer.json']), random)
    for (const content of addedTokens(bytes.buffer)) expect(typeof content).toBe('string')
    return true
  },
  'the configuration of a model': (random) => {
    const bytes = jsonBytes(JSON.stringify(DESCRIPTIONS['mlc-chat-config.json']), random)
    const { context_window_size, vocab_size, conv_template } = readModelJson('mlc-chat-config.json', bytes.buffer)
    for (const number of [context_window_size, vocab_size, ...conv_template.stop_token_ids])
      expect(Number.isSafeInteger(number)).toBe(true)
    const config: unknown = JSON.parse(new TextDecoder().decode(bytes))
    expect(() => kernelsFor(config, [], 'a/b')).toThrow(AppError)
    return true
  },
  'the tensors of a model': (random) => {
    const { buffer } = jsonBytes(JSON.stringify(DESCRIPTIONS['tensor-cache.json']), random)
    for (const path of shardsInOrder(buffer)) staysInside(path)
    const { records } = readModelJson('tensor-cache.json', indexInWords(buffer))
    for (const { nbytes, records: tensors } of records)
      for (const { byteOffset, nbytes: bytes } of tensors) expect(byteOffset + bytes).toBeLessThanOrEqual(nbytes)
    return true
  },
  'a .zip or a folder': async (random) => {
    const isZip = random() < 0.5
    const bytes = isZip ? mutatedBytes(ZIP, random) : jsonBytes(JSON.stringify(MANIFEST), random)
    const path = isZip ? 'model.zip' : 'model/manifest.json'
    parseManifest(await readGivenManifest([{ path, file: new File([bytes], path) }]))
    return true
  },
}

const GGUF = ggufOf(smallModel())
/** A .zip with one stored file, without a library: local header, file, directory, end (APPNOTE 4.3). */
const ZIP = zipOf('manifest.json', encode(JSON.stringify(MANIFEST)))

function zipOf(name: string, content: Uint8Array): Uint8Array<ArrayBuffer> {
  const crc = crc32(content)
  const numbers = (sizes: readonly number[], ...values: number[]) => {
    const bytes: number[] = []
    for (const [index, size] of sizes.entries())
      for (let byte = 0; byte < size; byte++) bytes.push(((values[index] ?? 0) >>> (8 * byte)) & 255)
    return bytes
  }
  const common = numbers([2, 2, 2, 4, 4, 4, 2], 0, 0, 0, crc, content.length, content.length, name.length)
  const local = [...numbers([4, 2], 0x04034b50, 20), ...common, ...numbers([2], 0), ...encode(name), ...content]
  const directory = [
    ...numbers([4, 2, 2], 0x02014b50, 20, 20),
    ...common,
    ...numbers([2, 2, 2, 2, 4, 4], 0, 0, 0, 0, 0, 0),
    ...encode(name),
  ]
  const end = numbers([4, 2, 2, 2, 2, 4, 4, 2], 0x06054b50, 0, 0, 1, 1, directory.length, local.length, 0)
  return Uint8Array.from([...local, ...directory, ...end])
}

function crc32(bytes: Uint8Array): number {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

describe('what comes from elsewhere', () => {
  it.each(Object.entries(READERS))(
    'is read or refused, in time and without leaving anything: %s',
    async (_, read) => {
      const before = heap()
      let accepted = 0
      for (let seed = 1; seed <= RUNS; seed++) {
        const start = cpuTime()
        try {
          if (await read(seeded(seed))) accepted += 1
        } catch (error) {
          // Any other error is a reader that has not thought of this input.
          if (!(error instanceof AppError))
            throw new Error(`The input of seed ${seed} is not refused.`, { cause: error })
        }
        if (cpuTime() - start > PATIENCE_MS) expect.fail(`The input of seed ${seed} takes too long.`)
      }
      expect(heap() - before).toBeLessThan(GROWTH)
      // Inputs that are all refused for their first byte would try nothing.
      expect(accepted).toBeGreaterThan(0)
      expect(accepted).toBeLessThan(RUNS)
    },
    600_000,
  )
})
