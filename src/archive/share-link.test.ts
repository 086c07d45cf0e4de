import { describe, expect, it } from 'vitest'
import { readConversation, readMessage, RECORD_VERSION } from '../conversations/record'
import type { ArchivedChat } from './archive-format'
import { fromFragment, LONGEST_LINK, toFragment } from './share-link'

const records = { version: RECORD_VERSION, readConversation, readMessage }
const chatOf = (text: string): ArchivedChat => ({
  conversation: readConversation({ id: 'c', title: '标题', createdAt: 1, updatedAt: 2, leafId: 'm' }),
  messages: [
    readMessage({ id: 'm', conversationId: 'c', parentId: null, role: 'user', createdAt: 1, state: 'done', text }),
  ],
})

const compressed = async (text: string) => {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer())
  return Buffer.from(bytes).toString('base64url')
}

describe('a link', () => {
  it('gives the chat back', async () => {
    const chat = chatOf('小猫 & <b>')
    const fragment = await toFragment(chat, RECORD_VERSION)
    expect(fragment).toMatch(/^[\w-]+$/)
    expect(await fromFragment(fragment ?? '', records)).toEqual(chat)
  })

  it('is not made for a chat that would make it too long', async () => {
    const noise = Array.from({ length: 4000 }, (_, index) => ((index * 7919) % 65_521).toString(36)).join('')
    expect(await toFragment(chatOf(noise), RECORD_VERSION)).toBeUndefined()
    const fits = (await toFragment(chatOf('a'.repeat(100_000)), RECORD_VERSION)) ?? ''
    expect(fits.length).toBeLessThan(LONGEST_LINK)
  })

  it.each([
    ['nothing', ''],
    ['no Base64', '%%%'],
    ['noise', 'abcdefgh'],
  ])('of %s gives no chat', async (_, fragment) => {
    expect(await fromFragment(fragment, records)).toBeUndefined()
  })

  it.each([
    ['no JSON', 'x'],
    ['wrong types', '{"conversation":{"id":1},"messages":5}'],
    ['a bomb', `"${'0'.repeat(50_000_000)}"`],
  ])('with %s in it gives no chat', async (_, text) => {
    expect(await fromFragment(await compressed(text), records)).toBeUndefined()
  })
})
