import { archiveText, type ArchivedChat, type Records } from '../../archive/archive-format'
import { fileName, isoTime } from '../../archive/file-name'
import { htmlText, type HtmlOptions } from '../../archive/html-page'
import { lackingOf, namesTwice } from '../../archive/merging'
import { readArchive, type ReadProblem } from '../../archive/read-archive'
import { fromFragment, toFragment } from '../../archive/share-link'
import { markdownText, shareGptText, type MarkdownWords } from '../../archive/text-formats'
import type { ConversationStore, Message } from '../../conversations/conversations'
import { readConversation, readMessage, RECORD_VERSION } from '../../conversations/record'
import { titleFrom } from '../../conversations/tree'
import { offerDownload } from '../../platform/files'
import { base64, sha256 } from '../../platform/sha256'
import { splitReply } from '../../reasoning/think-parser'
import { MarkdownStream } from '../../render/markdown-stream'
import type { ConversationId } from '../../shared/ids'
import { codePieces } from './code-pieces'
import { copyOf } from './conversation-copy'
import type { ConversationList } from './conversation-list.svelte'
import type { StorageHealth } from '../site/storage-health.svelte'

export { LONGEST_LINK } from '../../archive/share-link'

export const EXPORT_FORMATS = ['json', 'markdown', 'sharegpt', 'html'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

const FILES: Readonly<Record<ExportFormat, readonly [extension: string, type: string]>> = {
  json: ['json', 'application/json'],
  markdown: ['md', 'text/markdown'],
  sharegpt: ['jsonl', 'application/jsonl'],
  html: ['html', 'text/html'],
}

/** The reason why a part of a file was not imported. */
export type ImportProblem = ReadProblem | 'ids-taken' | 'not-stored' | 'unreadable-file'

export interface ImportReport {
  /** Chats that are new here, and chats that got messages which they lacked. */
  readonly added: number
  readonly completed: number
  /** Chats that were here already. */
  readonly known: number
  /** How much was not imported, and the place of the first part. */
  readonly leftOut: number
  readonly problems: readonly { readonly file: string; readonly at: string; readonly problem: ImportProblem }[]
}

/** The parts that the interface adds to an export. */
export interface ExportWords extends Pick<HtmlOptions, 'drawing' | 'codeStyle' | 'language' | 'pageTitle'> {
  readonly words: MarkdownWords
}

export interface ArchiveDependencies {
  readonly store: ConversationStore
  readonly list: ConversationList
  readonly health: StorageHealth
  /** ms since the epoch */
  readonly now: () => number
}

/** Chats are stored this many at a time. */
const BATCH = 20
/** The most problems that are listed; a file may have millions of bad lines. */
const LISTED = 1000
/** Text is handed to the browser in pieces of about this many UTF-16 units, which then need no memory of the page. */
const PIECE = 4 * 1024 * 1024

const RECORDS: Records = { version: RECORD_VERSION, readConversation, readMessage }
const digest = (text: string) => sha256(new TextEncoder().encode(text).buffer)

const split = ({ role, text, opensThought, damaged }: Message) => {
  if (role === 'user' || damaged) return { text, thought: '' }
  const { answer, thought } = splitReply(text, !opensThought)
  return { text: answer, thought }
}

/** Exports chats to files, and imports them. */
export class Archive {
  /** How far the work in progress has come, from 0 to 1. */
  progress = $state<number>()
  report = $state.raw<ImportReport>()
  readonly #deps: ArchiveDependencies

  constructor(dependencies: ArchiveDependencies) {
    this.#deps = dependencies
  }

  /** The chats as a file. @param ids undefined is all */
  async toBlob(
    format: ExportFormat,
    ids: readonly ConversationId[] | undefined,
    thoughts: boolean,
    words: ExportWords,
  ): Promise<Blob> {
    const { list, now } = this.#deps
    if (!ids && !list.complete) await list.fill()
    const chats = this.#chats(ids ?? list.items.map(({ id }) => id))
    const options = { thoughts, split }
    const text = {
      json: () => archiveText(chats, RECORD_VERSION, isoTime(now())),
      markdown: () => markdownText(chats, options, words.words),
      sharegpt: () => shareGptText(chats, options),
      html: () =>
        htmlText(chats, {
          ...options,
          ...words,
          colour: codePieces,
          blocksOf: (markdown) => new MarkdownStream().update(markdown, true).flat(),
          digest: async (css) => base64(await digest(css)),
        }),
    }[format]()
    const parts: Blob[] = []
    let piece: string[] = []
    let length = 0
    const seal = () => {
      parts.push(new Blob(piece))
      piece = []
      length = 0
    }
    for await (const one of text) {
      piece.push(one)
      length += one.length
      if (length > PIECE) seal()
    }
    seal()
    this.progress = undefined
    return new Blob(parts, { type: FILES[format][1] })
  }

  /** Offers the chats as a download. */
  async download(...given: Parameters<Archive['toBlob']>): Promise<void> {
    const [format, ids] = given
    const blob = await this.toBlob(...given)
    const one = ids?.length === 1 ? this.#deps.list.items.find(({ id }) => id === ids[0])?.title : undefined
    offerDownload(blob, `${fileName(one, this.#deps.now())}.${FILES[format][0]}`)
  }

  /** The part of an address that holds a chat; undefined if the chat is too long for one. */
  async linkTo(id: ConversationId): Promise<string | undefined> {
    for await (const chat of this.#chats([id])) {
      this.progress = undefined
      return await toFragment(chat, RECORD_VERSION)
    }
    return undefined
  }

  /** Makes a temporary chat of such a part. @returns its id; undefined if the part holds no chat */
  async openLink(fragment: string): Promise<ConversationId | undefined> {
    const shared = await fromFragment(fragment, RECORDS)
    if (!shared) return undefined
    // Under ids of its own, so that it is not taken for a chat of this browser.
    const { conversation, messages } = copyOf(shared, shared.conversation.title, this.#deps.now())
    await this.#deps.store.append({ ...conversation, temporary: true }, messages)
    return conversation.id
  }

  /**
   * Imports the chats of these files that can be read. Nothing stored is overwritten; chats that are here already add
   * nothing.
   */
  async take(files: readonly File[]): Promise<ImportReport> {
    const total = files.reduce((sum, { size }) => sum + size, 0)
    const tally = { added: 0, completed: 0, known: 0 }
    const problems: ImportReport['problems'][number][] = []
    this.report = undefined
    let leftOut = 0
    let before = 0
    for (const file of files) {
      const note = (at: string, problem: ImportProblem) => {
        leftOut += 1
        if (problems.length < LISTED) problems.push({ file: file.name, at, problem })
      }
      const onRead = (bytes: number) => (this.progress = total === 0 ? 1 : (before + bytes) / total)
      let batch: { at: string; chat: ArchivedChat }[] = []
      const flush = async () => {
        for (const { at, chat } of batch) {
          const outcome = await this.#put(chat)
          if (outcome in tally) tally[outcome as keyof typeof tally] += 1
          else note(at, outcome as ImportProblem)
        }
        batch = []
      }
      try {
        for await (const result of readArchive(file, { records: RECORDS, titleFrom, digest, onRead })) {
          if ('problem' in result) note(result.at, result.problem)
          else batch.push(result)
          if (batch.length === BATCH) await flush()
        }
      } catch (error) {
        if (!(error instanceof DOMException)) throw error
        note('', 'unreadable-file')
      }
      await flush()
      before += file.size
    }
    await this.#deps.list.fill()
    this.progress = undefined
    this.report = { ...tally, leftOut, problems }
    return this.report
  }

  async *#chats(ids: readonly ConversationId[]): AsyncGenerator<ArchivedChat> {
    const { store, health } = this.#deps
    for (const [index, id] of ids.entries()) {
      this.progress = index / ids.length
      const found = await health.attempt('read', () => Promise.all([store.get(id), store.messages(id)]))
      const [conversation, messages] = found ?? []
      if (conversation && messages) yield { conversation, messages }
    }
  }

  async #put({
    conversation,
    messages,
  }: ArchivedChat): Promise<keyof Omit<ImportReport, 'problems' | 'leftOut'> | ImportProblem> {
    const { store, health } = this.#deps
    const ids = messages.map(({ id }) => id)
    if (namesTwice(messages)) return 'damaged'
    const outcome = await health.attempt('write', async () => {
      const [existing, taken] = await Promise.all([store.get(conversation.id), store.find(ids)])
      if (taken.some(({ conversationId }) => conversationId !== conversation.id)) return 'ids-taken'
      if (!existing) {
        await store.restore([{ conversation, messages }])
        return 'added'
      }
      const lacking = lackingOf(messages, taken)
      if (lacking.length === 0) return 'known'
      await store.append(existing, lacking)
      return 'completed'
    })
    return outcome ?? 'not-stored'
  }
}
