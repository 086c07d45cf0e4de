import type { Message } from '../conversations/conversations'
import type { ArchivedChat } from './archive-format'

/** Splits a message into its text and its thought. */
type Split = (message: Message) => { readonly text: string; readonly thought: string }

export interface TextOptions {
  /** Whether thoughts are written, too. */
  readonly thoughts: boolean
  readonly split: Split
}

/** The branch that is shown, from the first question on. A broken parent link ends it. */
export function shownBranch({ conversation, messages }: ArchivedChat): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const branch: Message[] = []
  for (let id = conversation.leafId; id !== null;) {
    const message = byId.get(id)
    if (!message) break
    byId.delete(id) // a circle ends, too
    branch.push(message)
    id = message.parentId
  }
  return branch.reverse()
}

export interface MarkdownWords {
  readonly question: string
  readonly answer: string
  readonly thought: string
}

/** Chats as one Markdown text each, branch that is shown only. */
export async function* markdownText(
  chats: AsyncIterable<ArchivedChat>,
  { thoughts, split }: TextOptions,
  words: MarkdownWords,
): AsyncGenerator<string> {
  for await (const chat of chats) {
    const parts = [`# ${oneLine(chat.conversation.title)}\n`]
    for (const message of shownBranch(chat)) {
      const { text, thought } = split(message)
      parts.push(`## ${message.role === 'user' ? words.question : words.answer}\n`)
      if (thoughts && thought !== '')
        parts.push(`<details><summary>${words.thought}</summary>\n\n${thought.trim()}\n\n</details>\n`)
      if (text !== '') parts.push(`${text.trim()}\n`)
    }
    yield `${parts.join('\n')}\n`
  }
}

const oneLine = (text: string) => text.replaceAll(/\s+/gu, ' ').trim()

/** One chat a line, as ShareGPT's data sets have them: the branch that is shown. */
export async function* shareGptText(
  chats: AsyncIterable<ArchivedChat>,
  { thoughts, split }: TextOptions,
): AsyncGenerator<string> {
  for await (const chat of chats) {
    const { id, title, settings } = chat.conversation
    const turns = shownBranch(chat).map((message) => {
      const { text, thought } = split(message)
      const isReply = message.role === 'assistant'
      const value = isReply && thoughts && thought !== '' ? `<think>\n${thought}\n</think>\n\n${text}` : text
      return { from: isReply ? 'gpt' : 'human', value }
    })
    const system = settings?.instructions === undefined ? [] : [{ from: 'system', value: settings.instructions }]
    yield `${JSON.stringify({ id, title, conversations: [...system, ...turns] })}\n`
  }
}
