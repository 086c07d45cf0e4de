import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Conversation, Message } from '../conversations/conversations'
import { readConversation, readMessage, RECORD_VERSION } from '../conversations/record'
import { titleFrom } from '../conversations/tree'
import { base64, sha256 } from '../platform/sha256'
import { splitReply } from '../reasoning/think-parser'
import { MarkdownStream } from '../render/markdown-stream'
import { archiveText, type ArchivedChat } from './archive-format'
import { fileName } from './file-name'
import { fencesIn } from './html-code'
import { htmlText } from './html-page'
import { readArchive, type ReadResult } from './read-archive'
import { markdownText, shareGptText } from './text-formats'

const digest = (text: string) => sha256(new TextEncoder().encode(text).buffer)
const records = { version: RECORD_VERSION, readConversation, readMessage }

async function read(content: string | Blob): Promise<ReadResult[]> {
  const found: ReadResult[] = []
  const file = typeof content === 'string' ? new Blob([content]) : content
  for await (const one of readArchive(file, { records, titleFrom, digest, onRead: () => undefined })) found.push(one)
  return found
}
const chatsOf = (results: readonly ReadResult[]) => results.flatMap((one) => ('chat' in one ? [one.chat] : []))
const problemsOf = (results: readonly ReadResult[]) =>
  results.flatMap((one) => ('problem' in one ? [`${one.at}: ${one.problem}`] : []))

async function* each(chats: readonly ArchivedChat[]) {
  for (const chat of chats) yield await Promise.resolve(chat)
}
async function textOf(parts: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const part of parts) text += part
  return text
}
const written = (chats: readonly ArchivedChat[]) =>
  textOf(archiveText(each(chats), RECORD_VERSION, '2026-07-15T00:00:00Z'))

/** A chat in short: its title, then `parent>role: text`, in order. */
const short = ({ conversation, messages }: ArchivedChat) => [
  conversation.title,
  ...messages.map(({ role, text, parentId }) => {
    const at = messages.findIndex(({ id }) => id === parentId)
    return `${at === -1 ? '' : String(at)}>${role}: ${text}`
  }),
  `leaf ${String(messages.findIndex(({ id }) => id === conversation.leafId))}`,
]

const name = fc.stringMatching(/^[\w-]{1,20}$/)
const count = fc.nat(1e9)
const optional = <T>(field: string, value: fc.Arbitrary<T>) =>
  fc.oneof(
    fc.constant({}),
    value.map((one) => ({ [field]: one })),
  )
const messageArbitrary = (id: string, conversationId: string, parents: readonly string[]) =>
  fc
    .tuple(
      fc.record({
        parentId: fc.constantFrom(null, ...parents),
        role: fc.constantFrom('user' as const, 'assistant' as const),
        createdAt: count,
        state: fc.constantFrom('done' as const, 'stopped' as const, 'error' as const),
        text: fc.string({ unit: 'binary' }),
      }),
      optional('opensThought', fc.constant(true)),
      optional('thoughtMs', count),
      optional('modelId', fc.string()),
      optional('tokenMarks', fc.array(fc.tuple(count, count))),
      optional(
        'stats',
        fc.record({
          promptTokens: count,
          prefilledTokens: count,
          newTokens: count,
          prefillMs: count,
          decodeMs: count,
          droppedTurns: count,
        }),
      ),
    )
    .map((parts) => Object.assign({ id, conversationId }, ...parts) as Message)
const chatArbitrary = fc.tuple(name, fc.uniqueArray(name, { maxLength: 8 })).chain(([id, ids]) =>
  fc
    .tuple(
      fc.tuple(...ids.map((one, index) => messageArbitrary(one, id, ids.slice(0, index)))),
      fc.record({
        title: fc.string({ unit: 'binary' }),
        createdAt: count,
        updatedAt: count,
        leafId: fc.constantFrom(null, ...ids),
      }),
      optional('pinned', fc.constant(true)),
      optional('folder', fc.string({ minLength: 1 })),
      optional(
        'settings',
        fc.record({
          temperature: fc.double({ min: 0, max: 2, noNaN: true }).filter((one) => !Object.is(one, -0)),
          seed: fc.nat(4_294_967_295),
        }),
      ),
    )
    .map(([messages, ...parts]): ArchivedChat => ({
      conversation: Object.assign({ id }, ...parts) as Conversation,
      messages: messages,
    })),
)

describe('our JSON', () => {
  it('comes back as it left', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(chatArbitrary, { maxLength: 4 }), async (chats) => {
        const results = await read(await written(chats))
        expect(problemsOf(results)).toEqual([])
        expect(chatsOf(results)).toEqual(chats)
      }),
      { numRuns: 40 },
    )
  }, 30_000)

  it('keeps a damaged message as it was found', async () => {
    const damaged = readMessage({ id: 'm', conversationId: 'c', text: 'half', role: 'system', odd: { a: 1 } })
    const chat = { conversation: readConversation({ id: 'c', title: 'x' }), messages: [damaged] }
    expect(chatsOf(await read(await written([chat])))).toEqual([chat])
  })

  it('of a newer version is refused as a whole', async () => {
    const text = (await written([])).replace('"version":1', '"version":2')
    expect(problemsOf(await read(text))).toEqual(['version: newer-version'])
  })

  it('gives what stands before a place where it is cut', async () => {
    const chats = ['a', 'b', 'c'].map((id) => ({ conversation: readConversation({ id, title: id }), messages: [] }))
    const text = await written(chats)
    const results = await read(text.slice(0, text.indexOf('"c"') + 1))
    expect(chatsOf(results).map(({ conversation }) => conversation.id)).toEqual(['a', 'b'])
    expect(problemsOf(results)).toEqual(['after conversations[1]: syntax'])
  })

  it('leaves out what has wrong types, and goes on behind it', async () => {
    const results = await read(
      '{"format":"thinktab-chats","version":1,"conversations":[{"conversation":{"id":7},"messages":[]},{"conversation":{"id":"../x"},"messages":[]},5,{"conversation":{"id":"b"},"messages":[]}]}',
    )
    expect(chatsOf(results).map(({ conversation }) => conversation.id)).toEqual(['b'])
    expect(problemsOf(results)).toEqual([0, 1, 2].map((at) => `conversations[${String(at)}]: damaged`))
  })
})

const GPT = {
  title: 'Tree',
  create_time: 1700000000.5,
  update_time: 1700000100,
  conversation_id: 'gpt-1',
  current_node: 'e',
  mapping: {
    root: { id: 'root', parent: null, children: ['s'], message: null },
    s: { parent: 'root', message: { author: { role: 'system' }, content: { content_type: 'text', parts: [''] } } },
    a: {
      parent: 's',
      message: { author: { role: 'user' }, create_time: 1700000001, content: { parts: ['one', { image: 1 }] } },
    },
    b: {
      parent: 'a',
      message: { author: { role: 'assistant' }, content: { parts: ['first'] }, metadata: { model_slug: 'gpt-x' } },
    },
    tool: { parent: 'a', message: { author: { role: 'tool' }, content: { parts: ['noise'] } } },
    e: { parent: 'tool', message: { author: { role: 'assistant' }, content: { parts: ['second'] } } },
  },
}
const DEEPSEEK = {
  id: 'ds-1',
  title: 'Deep',
  inserted_at: '2025-02-01T10:00:00.000+08:00',
  updated_at: '2025-02-01T10:05:00.000+08:00',
  mapping: {
    root: { id: 'root', parent: null, message: null },
    1: {
      parent: 'root',
      message: {
        model: 'deepseek-reasoner',
        inserted_at: '2025-02-01T10:00:01.000+08:00',
        fragments: [{ type: 'REQUEST', content: 'q' }],
      },
    },
    2: {
      parent: '1',
      message: {
        model: 'deepseek-reasoner',
        fragments: [
          { type: 'THINK', content: 'hm' },
          { type: 'RESPONSE', content: 'a' },
        ],
      },
    },
  },
}
const WEBUI = {
  id: 'ow-1',
  title: 'Web',
  chat: {
    history: {
      currentId: 'm2',
      messages: {
        m2: {
          parentId: 'm1',
          role: 'assistant',
          content: '<details type="reasoning" done="true"><summary>Thought</summary>\n> hm\n</details>\na',
          timestamp: 1700000002,
        },
        m1: { parentId: null, role: 'user', content: 'q', timestamp: 1700000001 },
        m3: { parentId: 'm1', role: 'assistant', content: 'other', timestamp: 1700000003 },
      },
    },
  },
}
const LLAMA = {
  conv: { id: 'll-1', name: 'Llama', lastModified: 1700000000000, currNode: 'y' },
  messages: [
    { id: 'r', type: 'root', parent: null, role: 'system', content: '' },
    { id: 'x', type: 'text', parent: 'r', role: 'user', content: 'q', timestamp: 1700000000000 },
    { id: 'y', type: 'text', parent: 'x', role: 'assistant', content: 'a', thinking: 'hm' },
  ],
}
const SHARE = {
  id: 's1',
  conversations: [
    { from: 'system', value: 'be brief' },
    { from: 'human', value: 'q' },
    { from: 'gpt', value: '<think>\nhm\n</think>\n\na' },
  ],
}
const SESSION = {
  id: 'w1',
  topic: 'Topic',
  lastUpdate: 1700000000000,
  messages: [
    { role: 'user', content: 'q', date: 'x' },
    { role: 'assistant', content: 'a', model: 'm' },
  ],
}
const THOUGHT = '<think>\nhm\n</think>\n\na'

describe('files of other programs', () => {
  it.each<readonly [string, string, readonly (readonly string[])[]]>([
    ['ChatGPT', JSON.stringify([GPT]), [['Tree', '>user: one', '0>assistant: first', '0>assistant: second', 'leaf 2']]],
    ['DeepSeek', JSON.stringify([DEEPSEEK]), [['Deep', '>user: q', `0>assistant: ${THOUGHT}`, 'leaf 1']]],
    [
      'Open WebUI',
      JSON.stringify([WEBUI]),
      [['Web', '>user: q', `0>assistant: ${THOUGHT}`, '0>assistant: other', 'leaf 1']],
    ],
    ['llama.cpp', JSON.stringify(LLAMA), [['Llama', '>user: q', `0>assistant: ${THOUGHT}`, 'leaf 1']]],
    ['llama.cpp, several', JSON.stringify([LLAMA]), [['Llama', '>user: q', `0>assistant: ${THOUGHT}`, 'leaf 1']]],
    [
      'ShareGPT',
      `${JSON.stringify(SHARE)}\n${JSON.stringify({ ...SHARE, id: 's2' })}\n`,
      [
        ['q', '>user: q', `0>assistant: ${THOUGHT}`, 'leaf 1'],
        ['q', '>user: q', `0>assistant: ${THOUGHT}`, 'leaf 1'],
      ],
    ],
    ['ShareGPT as an array', JSON.stringify([SHARE]), [['q', '>user: q', `0>assistant: ${THOUGHT}`, 'leaf 1']]],
    [
      'web-llm-chat',
      JSON.stringify({ 'chat-next-web-store': { sessions: [SESSION] }, config: { theme: 1 } }),
      [['Topic', '>user: q', '0>assistant: a', 'leaf 1']],
    ],
    [
      'a list of messages',
      JSON.stringify({ messages: SESSION.messages }),
      [['q', '>user: q', '0>assistant: a', 'leaf 1']],
    ],
  ])('of %s are read with order and branches', async (_, text, shown) => {
    const results = await read(text)
    expect(problemsOf(results)).toEqual([])
    expect(chatsOf(results).map(short)).toEqual(shown)
    // The same file again has the same ids.
    expect(chatsOf(await read(text))).toEqual(chatsOf(results))
  })

  it('give models, dates and instructions', async () => {
    const [gpt] = chatsOf(await read(JSON.stringify([GPT])))
    expect(gpt?.conversation).toMatchObject({ createdAt: 1700000000500, updatedAt: 1700000100000 })
    expect(gpt?.messages[1]).toMatchObject({ modelId: 'gpt-x' })
    const [share] = chatsOf(await read(JSON.stringify([SHARE])))
    expect(share?.conversation.settings).toEqual({ instructions: 'be brief' })
  })

  it('cost one bad line no other', async () => {
    const results = await read(
      `${JSON.stringify(SHARE)}\n{"half\n\n{"odd":1}\n${JSON.stringify({ ...SHARE, id: 's2' })}`,
    )
    expect(chatsOf(results)).toHaveLength(2)
    expect(problemsOf(results)).toEqual(['line 2: syntax', 'line 4: unknown-format'])
  })
})

describe('hostile files', () => {
  it.each<readonly [string, string]>([
    ['nothing', ''],
    ['no JSON', '\0\u{1F600}<html>'],
    ['a number', '5'],
    ['10,000 deep arrays', '['.repeat(10_000)],
    ['10,000 deep arrays that end', '['.repeat(10_000) + ']'.repeat(10_000)],
    ['10,000 deep objects', `[${'{"mapping":'.repeat(10_000)}1${'}'.repeat(10_000)}]`],
    ['10,000 deep in a chat', `[{"messages":[{"role":"user","content":${'['.repeat(10_000)}${']'.repeat(10_000)}}]}]`],
    [
      'wrong types',
      JSON.stringify([
        { mapping: 5 },
        { mapping: { a: 5 } },
        { chat: { history: null } },
        { conv: [], messages: {} },
        { conversations: [null] },
        null,
        true,
        'x',
      ]),
    ],
    [
      'a circle',
      JSON.stringify([
        {
          mapping: {
            a: { parent: 'b', message: { author: { role: 'user' }, content: { parts: ['x'] } } },
            b: { parent: 'a', message: { author: { role: 'user' }, content: { parts: ['y'] } } },
          },
        },
      ]),
    ],
    [
      'prototypes',
      '[{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"mapping":{"__proto__":{"parent":"__proto__","message":{"author":{"role":"user"},"content":{"parts":["x"]}}}}}]',
    ],
    [
      'prototypes in a file of ours',
      '{"format":"thinktab-chats","version":1,"conversations":[{"__proto__":{"polluted":1},"conversation":{"id":"a","__proto__":{"polluted":1}},"messages":[{"id":"__proto__","text":"x"}]}]}',
    ],
  ])('of %s are read to an end and change nothing', async (_, text) => {
    const results = await read(text)
    expect(results.length).toBeLessThan(20)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    for (const { conversation, messages } of chatsOf(results)) {
      expect(conversation.id).toMatch(/^[\w-]+$/)
      for (const { text: words } of messages) expect(typeof words).toBe('string')
    }
  })

  it('hold no more of a long file than a chat', async () => {
    const one = JSON.stringify({ ...SHARE, id: undefined, title: 'x'.repeat(1000) })
    let read = 0
    let largest = 0
    const file = new Blob([`[${Array.from({ length: 3000 }, () => one).join(',')}]`])
    const options = { records, titleFrom, digest, onRead: (bytes: number) => (read = bytes) }
    let chats = 0
    for await (const result of readArchive(file, options)) {
      if ('chat' in result) chats += 1
      // Characters that were read and are not given yet.
      largest = Math.max(largest, read - chats * one.length)
    }
    expect(chats).toBe(3000)
    expect(largest).toBeLessThan(1_000_000)
  })
})

describe('texts', () => {
  const split = ({ role, text, opensThought }: Message) => {
    const { answer, thought } = splitReply(text, !opensThought)
    return role === 'user' ? { text, thought: '' } : { text: answer, thought }
  }
  const message = (id: string, parentId: string | null, role: string, text: string) =>
    readMessage({ id, conversationId: 'c', parentId, role, createdAt: 1, state: 'done', text })
  const chat: ArchivedChat = {
    conversation: readConversation({ id: 'c', title: 'A <b>title</b>', leafId: 'r' }),
    messages: [
      message(
        'r',
        'q',
        'assistant',
        'hm\n</think>\n\nIt is **x** <script>alert(1)</script> $x^2$ [l](javascript:alert(1)) [k](https://a.b/"c)\n\n```js\na < b\n```',
      ),
      message('q', null, 'user', 'Why <i>?'),
      message('o', 'q', 'assistant', 'other branch'),
    ],
  }
  const words = { question: 'Q', answer: 'A', thought: 'T' }

  it('in Markdown are the branch that is shown', async () => {
    const text = await textOf(markdownText(each([chat]), { thoughts: true, split }, words))
    expect(text).toContain('# A <b>title</b>\n\n## Q\n\nWhy <i>?\n\n## A\n\n<details><summary>T</summary>\n\nhm')
    expect(text).not.toContain('other branch')
    expect(await textOf(markdownText(each([chat]), { thoughts: false, split }, words))).not.toContain('hm')
  })

  it('in ShareGPT are read again as they are', async () => {
    const results = await read(await textOf(shareGptText(each([chat, chat]), { thoughts: true, split })))
    expect(chatsOf(results).map(({ messages }) => messages.length)).toEqual([2, 2])
    expect(chatsOf(results)[0]?.messages[1]?.text).toMatch(/^<think>\nhm\n<\/think>\n\nIt is/)
  })

  it('in HTML run nothing, reach nothing and show all', async () => {
    const options = {
      thoughts: true,
      split,
      words,
      drawing: { formula: (tex: string) => `<math><mi>${tex}</mi></math>` },
      colour: (_language: string, text: string) =>
        Promise.resolve([{ text: text.slice(0, 3), role: 'keyword' }, { text: text.slice(3) }]),
      codeStyle: '.code-keyword{color:light-dark(#8a3466,#dd9fc4)}',
      blocksOf: (markdown: string) => new MarkdownStream().update(markdown, true).flat(),
      language: 'en',
      pageTitle: 'Thinktab',
      digest: async (css: string) => base64(await digest(css)),
    }
    const html = await textOf(htmlText(each([chat]), options))
    expect(html).toContain('<h1>A &lt;b&gt;title&lt;/b&gt;</h1>')
    expect(html).toContain('<details><summary>T</summary><p>hm</p>')
    expect(html).toContain('<math><mi>x^2</mi></math>')
    expect(html).toContain('<code><span class="code-keyword">a &lt;</span> b')
    expect(html).not.toMatch(/<script|<i>|javascript:|<img|src=|onerror|style="/)
    expect(html).toMatch(
      /content="default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'"/,
    )
    const style = /<style>([\s\S]*)<\/style>/.exec(html)?.[1] ?? ''
    expect(style).toMatch(/\.code-keyword\{color:light-dark\(#8a3466,#dd9fc4\)\}$/)
    expect(html).toContain(`sha256-${base64(await digest(style))}`)
  })

  it('in HTML find code wherever it stands', () => {
    const markdown = '```\na\n```\n\n- one\n  ```\n  b\n  ```\n\n> ```\n> c\n> ```\n'
    const blocks = new MarkdownStream().update(markdown, true).flat()
    expect(Array.from(fencesIn(blocks), ({ text }) => text.trim())).toEqual(['a', 'b', 'c'])
  })
})

describe('fileName', () => {
  it.each([
    ['a/b: "c"?', 'a b c'],
    ['...', 'thinktab-2026-07-15'],
    ['  ', 'thinktab-2026-07-15'],
    [undefined, 'thinktab-2026-07-15'],
    ['长'.repeat(100), '长'.repeat(60)],
  ])('of %j is %j', (title, file) => {
    expect(fileName(title, Date.UTC(2026, 6, 15))).toBe(file)
  })
})
