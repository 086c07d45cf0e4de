import { expect, it } from 'vitest'
import type { ConversationId, MessageId } from '../shared/ids'
import { LiveReply } from './live-reply.svelte'

function liveReply() {
  const clock = { now: 100 }
  const live = new LiveReply({ conversationId: 'c' as ConversationId, id: 'm' as MessageId }, true, () => clock.now)
  return { clock, live }
}

it('waits, thinks and answers, and knows how long it thought', () => {
  const { clock, live } = liveReply()
  expect(live).toMatchObject({ phase: 'waiting', tokens: 0, startedAt: undefined })
  live.push('so ', 2)
  expect(live).toMatchObject({ phase: 'thinking', startedAt: 100, thoughtMs: undefined, thought: 'so' })
  clock.now = 350
  live.push('far</thi', 3)
  expect(live).toMatchObject({ phase: 'thinking', thought: 'so far', answer: '' })
  clock.now = 400
  live.push('nk>\n\n4', 2)
  clock.now = 900
  live.push('2', 1)
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
  live.push('</think>x', 1)
  expect(live).toMatchObject({ phase: 'answering', thought: '', answer: 'x', thoughtMs: 0 })
})

it('waits for the tag of a model that opens its thought itself', () => {
  const { clock, live } = liveReply()
  live.opensThought = true
  live.push('<thi', 1)
  expect(live).toMatchObject({ phase: 'waiting', thought: '', answer: '' })
  live.push('nk>\nso', 1)
  expect(live).toMatchObject({ phase: 'thinking', thought: 'so' })
  clock.now = 300
  live.push('</think>\n\n42', 1)
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
  live.opensThought = true
  live.push('4', 1)
  live.push('2', 1)
  expect(live).toMatchObject({ phase: 'answering', thought: '', answer: '42', thoughtMs: undefined })
  expect(live.written).toEqual({ text: '42', opensThought: true })
})
