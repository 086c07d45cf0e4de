import { describe, expect, it } from 'vitest'
import type { GenerationEvent, GenerationRequest } from '../engine/engine'
import type { ModelManifest } from '../models/manifest'
import { LocalReplies } from './local-replies'
import type { ReplyEvent } from './replies'

const USAGE = { promptTokens: 7, prefilledTokens: 5, newTokens: 1, prefillMs: 1, decodeMs: 2, droppedTurns: 0 }
const EVENTS: readonly GenerationEvent[] = [
  { type: 'delta', text: '42', tokens: 1 },
  { type: 'done', reason: 'stop', usage: USAGE },
]

function open(template: ModelManifest['template']) {
  const requests: GenerationRequest[] = []
  const manifest = { template, historyTokens: 50, contextWindow: 100, sampling: { temperature: 0, topP: 1 } }
  const model = {
    id: 'nano',
    ready: (signal: AbortSignal) => {
      signal.throwIfAborted()
      return Promise.resolve(manifest as ModelManifest)
    },
  }
  const engine = {
    async *generate(request: GenerationRequest) {
      requests.push(request)
      await Promise.resolve()
      yield* EVENTS
    },
  }
  return { replies: new LocalReplies(model, engine), requests }
}

async function collect(events: AsyncIterable<ReplyEvent>): Promise<ReplyEvent[]> {
  const found: ReplyEvent[] = []
  for await (const event of events) found.push(event)
  return found
}

const TURNS = [{ role: 'user', text: '20 + 22' }] as const

describe('LocalReplies', () => {
  it.each([
    ['deepseek-r1', false, '<｜end▁of▁sentence｜>'],
    ['qwen3', true, '<|im_end|>'],
  ] as const)(
    'writes with the template of %s, and says who opens the thought',
    async (template, opensThought, stop) => {
      const { replies, requests } = open(template)
      const events = await collect(replies.write(TURNS, new AbortController().signal))
      expect(events).toEqual([{ type: 'begun', opensThought }, ...EVENTS])
      expect(requests).toHaveLength(1)
      expect(requests[0]).toMatchObject({ historyTokens: 50, maxNewTokens: 100, sampling: { temperature: 0, topP: 1 } })
      expect(requests[0]?.stopTokens).toContain(stop)
      expect(JSON.stringify(requests[0]?.prompt.last)).toContain('20 + 22')
      expect(replies.modelId).toBe('nano')
    },
  )

  it('gives the reason of a signal that is aborted before the model is ready', async () => {
    const { replies, requests } = open('qwen3')
    const reason = new Error('enough')
    await expect(collect(replies.write(TURNS, AbortSignal.abort(reason)))).rejects.toBe(reason)
    expect(requests).toEqual([])
  })
})
