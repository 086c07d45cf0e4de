import { expect, it } from 'vitest'
import type { ConversationId, MessageId } from '../../shared/ids'
import { packIds } from '../../shared/token-ids'
import { LiveReply } from './live-reply.svelte'

const ids = (count: number) => Array.from({ length: count }, (_, index) => index)

const ORIGIN = { name: 'Nano', engine: 'wllama' } as const

/** The beginning of a reply of a model that opens its thought itself. */
const OPENS = {
  type: 'begun',
  origin: ORIGIN,
  opensThought: true,
  withoutThought: false,
  text: '',
  ids: [],
  tokenizer: 'abc',
} as const

function liveReply() {
  const clock = { now: 100 }
  const live = new LiveReply({ conversationId: 'c' as ConversationId, id: 'm' as MessageId }, true, () => clock.now)
  return { clock, live }
}

it('waits, thinks and answers, and knows how long it thought', () => {
  const { clock, live } = liveReply()
  expect(live).toMatchObject({ phase: 'waiting', tokens: 0, startedAt: undefined })
  live.push('so ', ids(2))
  expect(live).toMatchObject({ phase: 'thinking', startedAt: 100, thoughtMs: undefined, thought: 'so' })
  clock.now = 350
  live.push('far</thi', ids(3))
  expect(live).toMatchObject({ phase: 'thinking', thought: 'so far', answer: '' })
  clock.now = 400
  live.push('nk>\n\n4', ids(2))
  clock.now = 900
  live.push('2', ids(1))
  expect(live).toMatchObject({ phase: 'answering', thought: 'so far', answer: '42', thoughtMs: 300, tokens: 8 })
  // the last of two tokens that came together began the answer
  expect(live.written).toEqual({
    text: 'so far</think>\n\n42',
    thoughtMs: 300,
    tokenMarks: [
      [16, 7],
      [18, 8],
    ],
  })
})

it('takes an empty thought for one', () => {
  const { live } = liveReply()
  live.push('</think>x', ids(1))
  expect(live).toMatchObject({ phase: 'answering', thought: '', answer: 'x', thoughtMs: 0 })
})

it('waits for the tag of a model that opens its thought itself', () => {
  const { clock, live } = liveReply()
  live.begun(OPENS)
  live.push('<thi', ids(1))
  expect(live).toMatchObject({ phase: 'waiting', thought: '', answer: '' })
  live.push('nk>\nso', ids(1))
  expect(live).toMatchObject({ phase: 'thinking', thought: 'so' })
  clock.now = 300
  live.push('</think>\n\n42', ids(1))
  expect(live).toMatchObject({ phase: 'answering', thought: 'so', answer: '42' })
  expect(live.written).toMatchObject({ text: '<think>\nso</think>\n\n42', thoughtMs: 200, opensThought: true })
  expect(live.written.tokenMarks).toEqual([
    [8, 2],
    [20, 3],
    [22, 3],
  ])
})

it('takes what such a model writes without a thought for the answer', () => {
  const { live } = liveReply()
  live.begun(OPENS)
  live.push('4', ids(1))
  live.push('2', ids(1))
  expect(live).toMatchObject({ phase: 'answering', thought: '', answer: '42', thoughtMs: undefined })
  expect(live.written).toEqual({
    text: '42',
    opensThought: true,
    origin: ORIGIN,
    tokens: { tokenizer: 'abc', ids: packIds([0, 0]) },
  })
})

it('begins with the words that the model was given', () => {
  const { live } = liveReply()
  live.begun({ ...OPENS, text: '<think>\nOkay,', ids: [5, 6] })
  expect(live).toMatchObject({ phase: 'thinking', thought: 'Okay,', tokens: 2 })
  live.push(' so', [7])
  expect(live.written).toMatchObject({
    text: '<think>\nOkay, so',
    tokens: { tokenizer: 'abc', ids: packIds([5, 6, 7]) },
  })
})

it('goes on with a reply that broke off, in its thought or in its answer', () => {
  const reply = { conversationId: 'c' as ConversationId, id: 'm' as MessageId }
  const tokens = { tokenizer: 'abc', ids: packIds([1, 2]) }
  const stats = { promptTokens: 1, prefilledTokens: 1, newTokens: 2, prefillMs: 9, decodeMs: 30, droppedTurns: 0 }
  const thinking = new LiveReply({ ...reply, text: 'so', tokens, stats }, false, () => 500)
  expect(thinking).toMatchObject({ phase: 'thinking', thought: 'so', tokens: 2, thoughtMs: undefined })
  thinking.begun({ ...OPENS, opensThought: false, text: 'so', ids: [1, 2] })
  thinking.push(' far</think>42', [3])
  expect(thinking).toMatchObject({ phase: 'answering', thought: 'so far', answer: '42', tokens: 3, thoughtMs: 30 })

  const answering = new LiveReply({ ...reply, text: 'so</think>4', thoughtMs: 70, tokens }, false, () => 500)
  expect(answering).toMatchObject({ phase: 'answering', answer: '4', thoughtMs: 70 })
  answering.push('2', [3])
  expect(answering.written).toMatchObject({ text: 'so</think>42', thoughtMs: 70, tokens: { ids: packIds([1, 2, 3]) } })
})

it('takes over another text, where another model writes the tags differently', () => {
  const reply = { conversationId: 'c' as ConversationId, id: 'm' as MessageId, text: 'so' }
  const live = new LiveReply(reply, false, () => 500)
  live.begun({ ...OPENS, text: '<think>\nso', ids: [1, 2, 3] })
  expect(live).toMatchObject({ thought: 'so', text: '<think>\nso', tokens: 3 })
})
