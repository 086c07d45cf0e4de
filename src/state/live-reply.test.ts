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
  expect(live.text).toBe('so far</think>\n\n42')
})

it('takes an empty thought for one', () => {
  const { live } = liveReply()
  live.push('</think>x', 1)
  expect(live).toMatchObject({ phase: 'answering', thought: '', answer: 'x', thoughtMs: 0 })
})
