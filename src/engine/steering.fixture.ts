import { describe, expect, it } from 'vitest'
import type { GenerationEvent, GenerationRequest, InferenceEngine, PromptPart, ThoughtPlan, Usage } from './engine'
import type { EndReason } from './step-policy'
import type { ClosingReason } from './thought'

const END = '<｜end▁of▁sentence｜>'
const token = (content: string): PromptPart => ({ kind: 'token', content })

export const THOUGHT: ThoughtPlan = {
  open: '<think>',
  close: '</think>',
  opened: true,
  closing: { latin: 'I will answer now.', han: '现在回答。' },
  script: 'latin',
  after: '\n\n',
  budget: Infinity,
  answerReserve: 0,
  closeLoopAfter: Infinity,
}

/** A question in R1's template, at temperature 0. */
export function asking(question: string, change: Partial<GenerationRequest> = {}): GenerationRequest {
  return {
    prompt: {
      head: [token('<｜begin▁of▁sentence｜>')],
      history: [],
      last: [
        token('<｜User｜>'),
        { kind: 'text', text: question },
        token('<｜Assistant｜>'),
        token('<think>'),
        { kind: 'text', text: '\n' },
      ],
    },
    historyTokens: 512,
    maxNewTokens: 1024,
    sampling: { temperature: 0, topP: 1 },
    stopTokens: [END],
    thought: THOUGHT,
    ...change,
  }
}

/** A reply for scripts, a token each: a thought of 24 and an answer. */
export const SCRIPTED_REPLY: readonly string[] = [
  ...Array.from({ length: 24 }, (_, index) => `word${String(index)} `),
  '</think>',
  '\n\n',
  'The ',
  'answer ',
  'is ',
  '42.',
]

export interface Written {
  readonly ids: readonly number[]
  readonly text: string
  /** The tokens that the reply had already. */
  readonly reply: readonly number[]
  readonly closed: { readonly reason: ClosingReason; readonly tokens: number; readonly at: number } | undefined
  readonly reason: EndReason
  readonly usage: Usage
}

/** @param onTokens told of the number of tokens so far, with the functions that act on the reply */
export async function write(
  engine: InferenceEngine,
  request: GenerationRequest,
  onTokens: (count: number, act: { stop: () => void; answerNow: () => void }) => void = () => undefined,
): Promise<Written> {
  const [stop, answerNow] = [new AbortController(), new AbortController()]
  const act = { stop: () => stop.abort(), answerNow: () => answerNow.abort() }
  const ids: number[] = []
  let text = ''
  let reply: readonly number[] = []
  let closed: Written['closed']
  let end: Extract<GenerationEvent, { type: 'done' }> | undefined
  for await (const event of engine.generate(request, { signal: stop.signal, answerNow: answerNow.signal })) {
    if (event.type === 'begun') reply = event.reply
    if (event.type === 'closed') closed = { reason: event.reason, tokens: event.tokens, at: ids.length }
    if (event.type === 'done') end = event
    if (event.type !== 'delta') continue
    ids.push(...event.ids)
    text += event.text
    onTokens(ids.length, act)
  }
  if (!end) throw new Error('The reply has no end.')
  return { ids, text, reply, closed, reason: end.reason, usage: end.usage }
}

/** The model and texts that the contract is tested on. */
export interface Subject {
  readonly engine: InferenceEngine
  /** A question in the model's template, if that is not R1's. */
  readonly asking?: typeof asking
  /** Prepares the reply to `QUESTION`, if the engine is scripted. */
  readonly prepare?: (from?: number) => void
}

/** Its reply has a thought of more than 20 tokens and an answer. */
export const QUESTION = 'What is 3847 + 2956?'
const OTHER = 'What is 12 + 30?'

const askerOf =
  (open: () => Subject) =>
  async (
    change: Partial<GenerationRequest> = {},
    onTokens?: Parameters<typeof write>[2],
    from = change.reply?.length ?? 0,
  ) => {
    const { engine, prepare, asking: own = asking } = open()
    prepare?.(from)
    return await write(engine, own(QUESTION, change), onTokens)
  }

/** The rules for going on with a reply that every engine must keep, also for a model that does not think. */
export function replyContract(open: () => Subject): void {
  const ask = askerOf(open)
  const other = async () => {
    const { engine, asking: own = asking } = open()
    return await write(engine, own(OTHER, { maxNewTokens: 3 }))
  }

  describe('a reply that is not written at once', () => {
    it.each([1, 6, 30])('goes on from token %i as if it had never been interrupted', async (count) => {
      const whole = await ask()
      const begun = await ask({ maxNewTokens: count })
      expect(begun).toMatchObject({ reason: 'length', ids: whole.ids.slice(0, count) })
      // From the KV cache, which does not hold the last token yet.
      const next = await ask({ reply: begun.ids })
      expect([...begun.ids, ...next.ids]).toEqual(whole.ids)
      expect(begun.text + next.text).toBe(whole.text)
      expect(next.usage.prefilledTokens).toBe(1)
      // The same with a cache that holds another prompt.
      const elsewhere = await other()
      const again = await ask({ reply: begun.ids })
      expect(again.ids).toEqual(next.ids)
      expect(again.usage.prefilledTokens).toBeLessThanOrEqual(again.usage.promptTokens + count)
      expect(elsewhere.usage.promptTokens).toBeGreaterThan(0)
    })

    it('goes on after a stop', async () => {
      const whole = await ask()
      const stopped = await ask({}, (tokens, { stop }) => {
        if (tokens >= 4) stop()
      })
      if (stopped.reason !== 'abort') expect(stopped.ids).toEqual(whole.ids)
      else {
        const next = await ask({ reply: stopped.ids })
        expect([...stopped.ids, ...next.ids]).toEqual(whole.ids)
      }
    })

    it('is written several times from one prefill', async () => {
      await other()
      const first = await ask()
      const [second, third] = [await ask(), await ask()]
      expect(first.usage.prefilledTokens).toBeGreaterThan(1)
      expect([second.usage.prefilledTokens, third.usage.prefilledTokens]).toEqual([1, 1])
    })
  })
}

/** The rules for a thought that every engine must keep, whatever computes its tokens. */
export function steeringContract(open: () => Subject): void {
  const ask = askerOf(open)

  replyContract(open)

  describe('a thought', () => {
    it.each([1, 7, 20])('is closed at its budget of %i tokens, and nothing of it is lost', async (budget) => {
      const whole = await ask()
      const closed = await ask({ thought: { ...THOUGHT, budget } })
      expect(closed.closed).toMatchObject({ reason: 'budget' })
      expect(closed.closed?.tokens).toBeLessThanOrEqual(16)
      expect(closed.ids.slice(0, budget)).toEqual(whole.ids.slice(0, budget))
      expect(closed.text).toContain('</think>')
      expect(closed.usage.newTokens).toBe(closed.ids.length)
    })

    it.each([1, 5, 12])('is closed when somebody asks for the answer at token %i or soon after', async (count) => {
      const whole = await ask()
      const closed = await ask({}, (tokens, { answerNow }) => {
        if (tokens >= count) answerNow()
      })
      const end = closed.text.indexOf('</think>')
      expect(end).toBeGreaterThan(0)
      expect(closed.ids.slice(0, count)).toEqual(whole.ids.slice(0, count))
      // The thought may have ended by itself before the wish reached the engine.
      if (closed.closed) expect(closed.closed).toMatchObject({ reason: 'asked' })
      else expect(closed.text).toBe(whole.text)
    })

    it('is not closed where there is none', async () => {
      const whole = await ask()
      const asked = await ask({}, (_tokens, { answerNow }) => answerNow())
      const answered = await ask(
        { reply: whole.ids.slice(0, -2) },
        (_tokens, { answerNow }) => answerNow(),
        whole.ids.length - 2,
      )
      // The thought may have ended by itself before the wish reached an engine in another tab.
      if (!asked.closed) expect(asked.text).toBe(whole.text)
      expect(answered.closed).toBeUndefined()
      expect(answered.ids).toEqual(whole.ids.slice(-2))
    })

    it('leaves room for the answer when the context window fills', async () => {
      const closed = await ask({ maxNewTokens: 40, thought: { ...THOUGHT, answerReserve: 30 } })
      expect(closed.closed).toMatchObject({ reason: 'context' })
      expect(closed.ids.length).toBeLessThanOrEqual(40)
    })

    it('begins with the words that it is given', async () => {
      const given: PromptPart[] = [{ kind: 'text', text: '嗯，' }]
      const { reply, ids, text } = await ask({ reply: given, maxNewTokens: 5 }, undefined, 0)
      expect(reply.length).toBeGreaterThan(0)
      expect(ids.length).toBeGreaterThan(0)
      expect(text.startsWith('嗯')).toBe(false)
    })
  })

  describe('a reply', () => {
    it('goes on from other words', async () => {
      const { ids, reason } = await ask({
        reply: [
          { kind: 'text', text: 'Result: 6803\n' },
          token('</think>'),
          { kind: 'text', text: '\n\n3847 + 2956 = ' },
        ],
      })
      expect(reason).toBe('stop')
      expect(ids.length).toBeGreaterThan(0)
    })

    it('has an answer of no more tokens than are wanted', async () => {
      const { ids, text, reason } = await ask({ longestAnswer: 3 })
      expect(reason).toBe('longest')
      const [, answer = ''] = text.split('</think>')
      expect(answer.length).toBeGreaterThan(0)
      const whole = await ask()
      expect(answer.length).toBeLessThan(whole.text.split('</think>')[1]?.length ?? 0)
      // When it continues, it may have as many again.
      const next = await ask({ longestAnswer: 3, reply: ids })
      expect(next.ids).toEqual(whole.ids.slice(ids.length, ids.length + 3))
    })

    it('obeys all at once', async () => {
      const both = await ask({ thought: { ...THOUGHT, budget: 5 }, longestAnswer: 2 }, (tokens, { answerNow }) => {
        if (tokens >= 3) answerNow()
      })
      expect(both.closed?.reason).toMatch(/asked|budget/)
      expect(both.text).toContain('</think>')
    })
  })
}

/** The rules for sampling that every engine which computes must keep. */
export function samplingContract(open: () => Subject): void {
  // A question that Nano does not understand, so that many tokens are about equally likely.
  const odd = async (sampling: GenerationRequest['sampling'], maxNewTokens = 24) => {
    const { engine, asking: own = asking } = open()
    return (await write(engine, own('龘 Привет zq', { sampling, maxNewTokens }))).ids
  }

  describe('sampling', () => {
    it('is the same again with the same seed, and another with another', async () => {
      const seeded = async (seed: number) => await odd({ temperature: 2, topP: 1, seed }, 80)
      const first = await seeded(1)
      expect(await seeded(1)).toEqual(first)
      const others = [await seeded(2), await seeded(3), await seeded(4)]
      expect(others.some((ids) => ids.join() !== first.join())).toBe(true)
    })

    it('chooses itself as the engine does', async () => {
      const own = { temperature: 0, topP: 1, presencePenalty: 1e-6 }
      expect(await odd(own)).toEqual(await odd({ temperature: 0, topP: 1 }))
      expect(await odd({ temperature: 1, topP: 1, topK: 1 })).toEqual(await odd({ temperature: 0, topP: 1 }))
      expect(await odd({ temperature: 1, topP: 1, minP: 1 })).toEqual(await odd({ temperature: 0, topP: 1 }))
    })

    it('repeats less with a penalty', async () => {
      const different = (ids: readonly number[]) => new Set(ids).size / ids.length
      const plain = different(await odd({ temperature: 0, topP: 1 }, 60))
      // Nano is so certain that a small penalty would change nothing, and a repetition penalty never does.
      for (const penalty of [{ presencePenalty: 20 }, { frequencyPenalty: 10 }])
        expect(different(await odd({ temperature: 0, topP: 1, ...penalty }, 60))).toBeGreaterThan(plain)
    })
  })
}
