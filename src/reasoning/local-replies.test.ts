import { describe, expect, it } from 'vitest'
import type { GenerationEvent, GenerationRequest, Prompt } from '../engine/engine'
import type { Build, ModelManifest } from '../models/manifest'
import type { RunPlan } from '../models/run-plan'
import type { ChatTemplate } from '../shared/chat-template'
import type { ReplySettings } from '../shared/reply-settings'
import { packIds } from '../shared/token-ids'
import { LocalReplies } from './local-replies'
import { firstWords } from './steering'
import type { BegunReply, ReplyEvent } from './replies'
import { thinks } from './steering'
import { TEMPLATES, templateOf } from './templates'

const USAGE = { promptTokens: 7, prefilledTokens: 5, newTokens: 1, prefillMs: 1, decodeMs: 2, droppedTurns: 0 }
const SIZE = { promptTokens: 7, lastTokens: 3, droppedTurns: 0, contextWindow: 100 }
const EVENTS: readonly GenerationEvent[] = [
  { type: 'delta', text: '42', ids: [42] },
  { type: 'done', reason: 'stop', usage: USAGE },
]
const TOKENIZER = '0123456789abcdef'

function open(template: ModelManifest['template'], isLoaded = true) {
  const requests: GenerationRequest[] = []
  const measured: Prompt[] = []
  const manifest = {
    name: 'Nano',
    template,
    historyTokens: 50,
    contextWindow: 100,
    quantization: 'q4f32_1',
    sampling: { temperature: 0, topP: 1 },
  } as unknown as ModelManifest
  const artifacts = [{ path: 'tokenizer.json', role: 'tokenizer', bytes: 1, sha256: `${TOKENIZER}0000` }]
  const build = { engine: 'webgpu', quantization: 'q4f32_1', artifacts } as unknown as Build
  const plan: RunPlan = { model: manifest, build, reason: 'gpu' }
  const model = {
    id: 'nano',
    loaded: isLoaded ? plan : undefined,
    ready: (signal: AbortSignal) => {
      signal.throwIfAborted()
      return Promise.resolve(plan)
    },
    fallBack: () => undefined,
  }
  const engine = {
    kind: 'webllm' as const,
    async *generate(request: GenerationRequest): AsyncIterable<GenerationEvent> {
      requests.push(request)
      await Promise.resolve()
      yield { type: 'begun', size: SIZE, reply: [1, 2] }
      yield* EVENTS
    },
    measure: (prompt: Prompt) => {
      measured.push(prompt)
      return Promise.resolve(SIZE)
    },
  }
  return { replies: new LocalReplies(model, engine), requests, measured }
}

async function collect(events: AsyncIterable<ReplyEvent>): Promise<ReplyEvent[]> {
  const found: ReplyEvent[] = []
  for await (const event of events) found.push(event)
  return found
}

const TURNS = [{ role: 'user', text: '20 + 22' }] as const
const NEVER = new AbortController().signal
const WISHES = { signal: NEVER, answerNow: NEVER }

/** The engine's prompt, and the beginning of the reply. */
async function asked(template: ModelManifest['template'], settings: ReplySettings, begun?: BegunReply) {
  const { replies, requests } = open(template)
  const [first] = await collect(replies.write({ turns: TURNS, settings, ...(begun && { begun }) }, WISHES))
  const [request] = requests
  if (!request || first?.type !== 'begun') throw new Error('Nothing was asked.')
  return { request, first }
}

describe('thinks', () => {
  it('is true of every template that has a name, and of data with a thought', () => {
    for (const [name, template] of Object.entries(TEMPLATES) as [keyof typeof TEMPLATES, ChatTemplate][]) {
      expect(thinks({ template: name })).toBe(template.thought !== undefined)
      expect(thinks({ template })).toBe(template.thought !== undefined)
    }
  })
})

describe('LocalReplies', () => {
  it.each([
    ['deepseek-r1', false, '<｜end▁of▁sentence｜>'],
    ['qwen3', true, '<|im_end|>'],
  ] as const)('writes with the template of %s, and says how the reply begins', async (template, opensThought, stop) => {
    const { replies, requests } = open(template)
    const events = await collect(replies.write({ turns: TURNS, settings: {} }, WISHES))
    expect(events).toEqual([
      {
        type: 'begun',
        origin: { name: 'Nano', quantization: 'q4f32_1', engine: 'webllm' },
        opensThought,
        withoutThought: false,
        text: '',
        ids: [1, 2],
        tokenizer: TOKENIZER,
      },
      ...EVENTS,
    ])
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({ historyTokens: 50, maxNewTokens: 100, sampling: { temperature: 0, topP: 1 } })
    expect(requests[0]?.stopTokens).toContain(stop)
    expect(JSON.stringify(requests[0]?.prompt.last)).toContain('20 + 22')
    expect(replies.modelId).toBe('nano')
  })

  it('gives the reason of a signal that is aborted before the model is ready', async () => {
    const { replies, requests } = open('qwen3')
    const reason = new Error('enough')
    const wishes = { signal: AbortSignal.abort(reason), answerNow: NEVER }
    await expect(collect(replies.write({ turns: TURNS, settings: {} }, wishes))).rejects.toBe(reason)
    expect(requests).toEqual([])
  })

  it('samples as is set, and where nothing is set as the model is made for', async () => {
    const { request } = await asked('qwen3', { temperature: 0.6, seed: 7, minP: 0.1, longestAnswer: 20 })
    expect(request.sampling).toEqual({ temperature: 0.6, topP: 1, seed: 7, minP: 0.1 })
    expect(request.longestAnswer).toBe(20)
  })

  it.each([
    [{}, 4096, 256],
    [{ effort: 'short' }, 512, 256],
    [{ effort: 'unlimited' }, Infinity, Infinity],
    [{ effort: 77 }, 77, 256],
  ] as const)('with %j lets it think %d tokens, and go round in circles for %d', async (settings, budget, loop) => {
    const { request } = await asked('deepseek-r1', settings)
    expect(request.thought).toMatchObject({ opened: true, budget, closeLoopAfter: loop, answerReserve: 25 })
  })

  it('answers without a thought where that is wanted', async () => {
    const { request, first } = await asked('deepseek-r1', { effort: 'off', thoughtLanguage: 'en' })
    expect(request.prompt.last.at(-2)).toMatchObject({ kind: 'token', content: '</think>' })
    expect(request).toMatchObject({ thought: { opened: false }, reply: [] })
    expect(first).toMatchObject({ opensThought: true, withoutThought: true, text: '' })
  })

  it.each([
    ['deepseek-r1', 'en', 'Okay,'],
    ['deepseek-r1', 'zh-CN', '嗯，'],
    ['deepseek-r1', 'question', 'Okay,'],
    ['qwen3', 'zh-CN', '<think>\n嗯，'],
  ] as const)('lets a thought of %s in %s begin with its first words', async (template, thoughtLanguage, text) => {
    const { request, first } = await asked(template, { thoughtLanguage })
    expect(first.text).toBe(text)
    expect(
      (request.reply ?? []).map((part) => (typeof part === 'object' && 'text' in part ? part.text : '')),
    ).toContain(text.replace('<think>', ''))
  })

  it('thinks in the language of the question', async () => {
    const { replies } = open('deepseek-r1')
    const turns = [{ role: 'user', text: '20加22等于多少' }] as const
    const [first] = await collect(replies.write({ turns, settings: { thoughtLanguage: 'question' } }, WISHES))
    expect(first).toMatchObject({ text: '嗯，' })
  })

  it('leaves Nano alone, whose thoughts are digits', () => {
    expect(firstWords({ thoughtLanguage: 'zh-CN' }, { id: 'nano' }, '1 + 1')).toBe('')
    expect(firstWords({ thoughtLanguage: 'zh-CN' }, { id: 'r1' }, '1 + 1')).toBe('嗯，')
  })

  describe('going on', () => {
    it('takes the tokens of the same tokenizer', async () => {
      const tokens = { tokenizer: TOKENIZER, ids: packIds([5, 6, 7]) }
      const { request, first } = await asked('deepseek-r1', {}, { text: 'so far', tokens })
      expect(request.reply).toEqual([5, 6, 7])
      expect(first).toMatchObject({ text: 'so far', opensThought: false })
    })

    it.each([
      ['another tokenizer', { tokenizer: 'other', ids: packIds([5]) }],
      ['unreadable ones', { tokenizer: TOKENIZER, ids: '?' }],
      ['none', undefined],
    ])('reads the text where the tokens are of %s', async (_, tokens) => {
      const begun = { text: 'so</think>4', ...(tokens && { tokens }) }
      const { request } = await asked('deepseek-r1', {}, begun)
      expect(request.reply).toEqual([
        { kind: 'text', text: 'so' },
        { kind: 'token', content: '</think>' },
        { kind: 'text', text: '4' },
      ])
    })

    it('goes on as the reply began, whatever is set by now', async () => {
      const off = await asked(
        'deepseek-r1',
        { effort: 'long' },
        { text: '4', opensThought: true, withoutThought: true },
      )
      expect(off.request.thought).toMatchObject({ opened: false })
      expect(off.first).toMatchObject({ withoutThought: true })
      const on = await asked('deepseek-r1', { effort: 'off' }, { text: 'so' })
      expect(on.request.thought).toMatchObject({ opened: true, budget: 4096 })
    })

    it('writes the tags as the model does that goes on', async () => {
      const tokens = { tokenizer: TOKENIZER, ids: packIds([5]) }
      expect(await asked('qwen3', {}, { text: 'so', tokens })).toMatchObject({
        first: { text: '<think>\nso', opensThought: true },
        request: { reply: [{ content: '<think>' }, { text: '\nso' }] },
      })
      expect(await asked('deepseek-r1', {}, { text: '<think>\nso', opensThought: true, tokens })).toMatchObject({
        first: { text: 'so', opensThought: false },
        request: { reply: [{ text: 'so' }] },
      })
      // An answer without a thought continues without one.
      expect(await asked('deepseek-r1', {}, { text: '42 is', opensThought: true })).toMatchObject({
        first: { text: '42 is', opensThought: true },
        request: { thought: { opened: false } },
      })
    })
  })

  describe('of a model that does not think', () => {
    const { thought: _, openThought: __, noThought: ___, ...plain } = templateOf({ template: 'deepseek-r1' })

    it('are all answer, whatever thought is wished for', async () => {
      for (const settings of [{}, { effort: 'off' }, { thoughtLanguage: 'en', effort: 77 }] as const) {
        const { request, first } = await asked(plain, settings)
        expect(request).not.toHaveProperty('thought')
        expect(request).toMatchObject({ reply: [], stopTokens: plain.stop })
        expect(first).toMatchObject({ opensThought: true, text: '' })
      }
    })

    it('go on with the answer that another model began', async () => {
      const tokens = { tokenizer: TOKENIZER, ids: packIds([5]) }
      expect((await asked(plain, {}, { text: 'so</think>42 is', tokens })).request.reply).toEqual([
        { kind: 'text', text: '42 is' },
      ])
      expect((await asked(plain, {}, { text: '42 is', opensThought: true, tokens })).request.reply).toEqual([5])
    })
  })

  it('measures what would be sent, once a model is loaded', async () => {
    const { replies, measured } = open('qwen3')
    expect(await replies.measure({ turns: TURNS, settings: { instructions: 'Be brief.' } })).toBe(SIZE)
    expect(JSON.stringify(measured[0])).toContain('Be brief.')
    expect(await open('qwen3', false).replies.measure({ turns: TURNS, settings: {} })).toBeUndefined()
  })
})
