import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Conversation, Message } from '../../conversations/conversations'
import { IdbConversationStore } from '../../conversations/idb-conversation-store'
import { IdbDraftStore } from '../../conversations/idb-draft-store'
import { LabCodec } from '../../lab/lab-record'
import { LabStore } from '../../lab/lab-store'
import type { LabRun } from '../../lab/run'
import { SettingsStore } from '../../platform/settings-store'
import { hasDatabase } from '../../platform/site-data'
import type { ConversationId, MessageId } from '../../shared/ids'
import { VaultSeal } from '../../vault/vault-seal'
import { VaultStore, type VaultHeader } from '../../vault/vault-store'
import { VaultWords } from '../../vault/vault-words'
import { VaultConversion, VAULT_MARK } from './vault-conversion'

const CHATS = 60
const TURNS = 4
const KILLS = 30

let names: { plain: string; sealed: string; lab: { plain: string; sealed: string }; derived: string[] }
let vaultName: string
let key: CryptoKey
let settings: SettingsStore
const header: VaultHeader = {
  version: 1,
  id: 'v',
  state: 'sealing',
  passphrase: { salt: new Uint8Array(16), cost: { memoryKiB: 1, passes: 1 }, wrapped: new Uint8Array(1) },
  recovery: { wrapped: new Uint8Array(1) },
}
beforeEach(async () => {
  const id = crypto.randomUUID()
  const lab = { plain: `lab-${id}`, sealed: `sealed-lab-${id}` }
  names = { plain: `plain-${id}`, sealed: `sealed-${id}`, lab, derived: [`search-${id}`] }
  vaultName = `vault-${id}`
  key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  settings = new SettingsStore()
})
afterEach(() => {
  const { plain, sealed, lab, derived } = names
  for (const name of [plain, sealed, lab.plain, lab.sealed, ...derived, vaultName]) indexedDB.deleteDatabase(name)
  localStorage.clear()
})

const chatOf = (at: number): Conversation => ({
  id: `c${String(at)}` as ConversationId,
  title: `title ${String(at)}`,
  createdAt: at,
  updatedAt: at,
  leafId: `c${String(at)}-${String(TURNS - 1)}` as MessageId,
})
const messagesOf = ({ id }: Conversation) =>
  Array.from({ length: TURNS }, (_, turn): Message => ({
    id: `${id}-${String(turn)}` as MessageId,
    conversationId: id,
    parentId: turn === 0 ? null : (`${id}-${String(turn - 1)}` as MessageId),
    role: turn % 2 === 0 ? 'user' : 'assistant',
    createdAt: turn,
    state: 'done',
    text: `words of ${id} ${String(turn)}`,
  }))

const RUN: LabRun = {
  id: 'run',
  createdAt: 5,
  suite: { name: 'own', title: 'words of a title' },
  settings: { effort: 'normal', temperature: 0, votes: 1, seed: 1 },
  model: { id: 'nano', name: 'Nano' },
  state: 'done',
  questions: 1,
  finished: 1,
  right: 1,
  wrong: 0,
  writtenMs: 1,
}

/** What a page reads: the header says from where. A new store is a new page. */
async function everything() {
  const state = (await new VaultStore(vaultName).header())?.state
  const isSealed = state === 'sealed' || state === 'opening'
  const [name, seal] = isSealed ? [names.sealed, new VaultSeal(key)] : [names.plain, undefined]
  const store = new IdbConversationStore(name, seal)
  const chats = await store.batch({ limit: 1000 })
  const messages = (await Promise.all(chats.map(({ id }) => store.messages(id)))).flat()
  const drafts = await new IdbDraftStore(name, seal).all()
  const lab = isSealed
    ? new LabStore(names.lab.sealed, new LabCodec(new VaultWords(key)))
    : new LabStore(names.lab.plain)
  const runs = await Promise.all((await lab.runs()).map(({ id }) => lab.whole(id)))
  return {
    titles: chats.map(({ title }) => title).sort(),
    texts: messages.map(({ text, damaged }) => (damaged ? 'damaged' : text)).sort(),
    runs: runs.map((run) => run?.texts.map(({ text }) => text).join()),
    suites: (await lab.suites()).map(({ title }) => title),
    drafts: [...drafts].map(([id, { text, pasted }]) => [id, text, ...pasted].join(' ')).sort(),
  }
}

async function fill() {
  const store = new IdbConversationStore(names.plain)
  const drafts = new IdbDraftStore(names.plain)
  const chats = Array.from({ length: CHATS }, (_, at) => chatOf(at))
  await store.restore(chats.map((conversation) => ({ conversation, messages: messagesOf(conversation) })))
  await drafts.put('new/1', { text: 'draft one', pasted: ['pasted words'] })
  await drafts.put('queue/c1', { text: '', pasted: ['first', 'second'] })
  settings.set('prompt-1', 'a prompt with words')
  const lab = new LabStore(names.lab.plain)
  await lab.put({
    run: RUN,
    questions: [{ text: '1 + 1?', answer: '2' }],
    items: [],
    texts: [{ run: RUN.id, at: 0, text: 'words of a run' }],
  })
  await lab.putSuite({ id: 's', title: 'words of a suite', createdAt: 1, questions: [] })
}

const page = () => new VaultConversion({ store: new VaultStore(vaultName), settings: new SettingsStore(), names })

/** Converts, and is stopped in the middle as many times as asked: after a random time, wherever it is then. */
async function convertWithKills(kills: number): Promise<number> {
  const whole = await everything()
  let interrupted = 0
  for (let kill = 0; ; kill += 1) {
    const found = await new VaultStore(vaultName).header()
    if (!found || (found.state === 'sealed' && !(await page().isDue(found)))) break
    const controller = new AbortController()
    const { signal } = controller
    // Not a time: on a slow machine everything would be over, or nothing begun. Every other kill falls between two steps.
    let left = kill < kills ? 1 + Math.floor(Math.random() * 2) : Infinity
    const onProgress = () => {
      left -= 1
      if (left > 0) return
      if (Math.random() < 0.5) controller.abort()
      else setTimeout(() => controller.abort(), Math.random() * 3)
    }
    try {
      await page().run(found, key, onProgress, signal)
    } catch (error) {
      if (!signal.aborted) throw error
      interrupted += 1
    }
    expect(await everything(), `after kill ${String(kill)}`).toEqual(whole)
  }
  return interrupted
}

it('is interrupted again and again, and every record is readable at every moment, in and out', async () => {
  await fill()
  const before = await everything()
  expect([before.titles.length, before.texts.length, before.drafts.length]).toEqual([CHATS, CHATS * TURNS, 2])
  let interrupted = 0
  for (let round = 0; interrupted < KILLS && round < 20; round += 1) {
    await page().begin(header)
    interrupted += await convertWithKills(KILLS)
    expect((await new VaultStore(vaultName).header())?.state).toBe('sealed')
    expect(await hasDatabase(names.plain)).toBe(false)
    expect(localStorage.getItem('thinktab-prompt-1')).toBeNull()
    expect(await everything()).toEqual(before)

    await new VaultStore(vaultName).setHeader({ ...header, state: 'opening' })
    interrupted += await convertWithKills(KILLS)
    expect(await new VaultStore(vaultName).header()).toBeUndefined()
    expect([await hasDatabase(names.sealed), settings.get(VAULT_MARK)]).toEqual([false, undefined])
    expect(localStorage.getItem('thinktab-prompt-1')).toBe('a prompt with words')
    expect(await everything()).toEqual(before)
  }
  expect(interrupted).toBeGreaterThanOrEqual(KILLS)
}, 120_000)

it('can be given up on the way in, and on the way out', async () => {
  await fill()
  const before = await everything()
  const stopped = async (state: VaultHeader['state']) => {
    const controller = new AbortController()
    const run = page().run({ ...header, state }, key, () => controller.abort(), controller.signal)
    await expect(run).rejects.toThrow()
  }
  await page().begin(header)
  await stopped('sealing')
  expect(await page().cancel(header)).toBeUndefined()
  expect(await everything()).toEqual(before)
  expect(await hasDatabase(names.sealed)).toBe(false)

  await page().begin(header)
  await page().run(header, key, () => undefined, new AbortController().signal)
  await new VaultStore(vaultName).setHeader({ ...header, state: 'opening' })
  await stopped('opening')
  expect(await hasDatabase(names.plain)).toBe(true)
  expect((await page().cancel({ ...header, state: 'opening' }))?.state).toBe('sealed')
  expect(await hasDatabase(names.plain)).toBe(false)
  expect(await everything()).toEqual(before)
})

it('takes in what a page of an earlier version has written beside the vault', async () => {
  await fill()
  await page().begin(header)
  const sealed = await page().run(header, key, () => undefined, new AbortController().signal)
  const old = new IdbConversationStore(names.plain)
  const late = { ...chatOf(7777), title: 'late' }
  await old.append(late, messagesOf(late))
  const changed = { ...chatOf(3), title: 'not newer' }
  await old.append(changed, [])
  expect(sealed && (await page().isDue(sealed))).toBe(true)
  if (sealed) await page().run(sealed, key, () => undefined, new AbortController().signal)
  const { titles } = await everything()
  expect(titles).toHaveLength(CHATS + 1)
  expect(titles).toContain('late')
  expect(titles).not.toContain('not newer')
  expect(await hasDatabase(names.plain)).toBe(false)
})
