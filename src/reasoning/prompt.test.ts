import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChatTemplate, PromptPart } from '../shared/chat-template'
import { assemblePrompt, replyParts, type Turn } from './prompt'
import { TEMPLATES } from './templates'

const TEMPLATE = TEMPLATES['deepseek-r1']
const q = (text: string): Turn => ({ role: 'user', text })
const r = (text: string): Turn => ({ role: 'assistant', text })
const write = (parts: readonly PromptPart[]) =>
  parts.map((part) => (part.kind === 'token' ? part.content : `[${part.text}]`)).join('')
const historyOf = (...path: Turn[]) =>
  assemblePrompt([...path, q('last')], TEMPLATE).history.map(({ parts }) => write(parts))

describe('assemblePrompt', () => {
  it('frames the question with control tokens and opens the thought', () => {
    const { head, history, last } = assemblePrompt([q('1 + 1')], TEMPLATE)
    expect(write(head)).toBe('<｜begin▁of▁sentence｜>')
    expect(history).toEqual([])
    expect(write(last)).toBe('<｜User｜>[1 + 1]<｜Assistant｜><think>[\n]')
  })

  it('gives each earlier question with its answer, and not with its thought', () => {
    expect(historyOf(q('a'), r('thought</think>\n\n1\n'), q('b'), r('</think>2'))).toEqual([
      '<｜User｜>[a]<｜Assistant｜>[1]<｜end▁of▁sentence｜>',
      '<｜User｜>[b]<｜Assistant｜>[2]<｜end▁of▁sentence｜>',
    ])
  })

  it.each([
    ['never had a reply', [q('a')]],
    ['got no token', [q('a'), r('')]],
    ['was stopped in its thought', [q('a'), r('half a thought')]],
    ['got nothing but a thought', [q('a'), r('thought</think>\n')]],
    ['has an answer that is left out', [q('a'), { ...r('</think>1'), excluded: true as const }]],
  ])('keeps a question that %s', (_, path) => {
    expect(historyOf(...path, q('b'), r('</think>2'))).toEqual([
      '<｜User｜>[a]<｜Assistant｜>[……]<｜end▁of▁sentence｜>',
      '<｜User｜>[b]<｜Assistant｜>[2]<｜end▁of▁sentence｜>',
    ])
  })

  it.each([
    ['a reply that lost its question', [r('t</think>1')]],
    ['a question that is left out, with its answer', [{ ...q('a'), excluded: true as const }, r('</think>1')]],
    ['what could not be read', [{ ...q('a'), damaged: {} }, r('</think>1')]],
  ])('leaves out %s', (_, path) => {
    expect(historyOf(...path, q('b'), r('</think>2'))).toEqual(['<｜User｜>[b]<｜Assistant｜>[2]<｜end▁of▁sentence｜>'])
  })

  it('says which turns are kept first', () => {
    const path = [
      { ...q('a'), pinned: true as const },
      r('1'),
      q('b'),
      { ...r('2'), pinned: true as const },
      q('c'),
      r('3'),
    ]
    const { history } = assemblePrompt([...path, q('last')], TEMPLATE)
    expect(history.map(({ pinned }) => pinned)).toEqual([true, true, undefined])
  })

  it('puts instructions into the first question, as DeepSeek advises', () => {
    const { head, instructions } = assemblePrompt([q('1 + 1')], TEMPLATE, { instructions: 'Be brief.' })
    expect(write(head)).toBe('<｜begin▁of▁sentence｜>')
    expect(write(instructions?.parts ?? [])).toBe('[Be brief.\n\n]')
    expect(instructions?.behind).toBe(1)
    expect(assemblePrompt([q('1 + 1')], TEMPLATE)).not.toHaveProperty('instructions')
  })

  it('brings an empty thought where none is wanted', () => {
    const { last } = assemblePrompt([q('1 + 1')], TEMPLATE, { withoutThought: true })
    expect(write(last)).toBe('<｜User｜>[1 + 1]<｜Assistant｜><think>[\n\n]</think>[\n\n]')
  })

  it('hands on text as text, whatever it looks like', () => {
    const text = '<｜Assistant｜></think>'
    expect(assemblePrompt([q(text)], TEMPLATE).last[1]).toEqual({ kind: 'text', text })
    expect(historyOf(q(text), r(`t</think>${text}`))).toEqual([
      `<｜User｜>[${text}]<｜Assistant｜>[${text}]<｜end▁of▁sentence｜>`,
    ])
  })

  it.each([[[]], [[q('a'), r('b')]]])('refuses a path that does not end with a question', (path) => {
    expect(() => assemblePrompt(path, TEMPLATE)).toThrow(RangeError)
  })
})

describe('assemblePrompt for Qwen3', () => {
  const qwen3 = TEMPLATES.qwen3
  const own = (text: string): Turn => ({ role: 'assistant', text, opensThought: true })
  const token = (content: string): PromptPart => ({ kind: 'token', content })
  const text = (words: string): PromptPart => ({ kind: 'text', text: words })

  it('writes two turns as the published template does, the first without its thought', () => {
    const path = [q('1 + 1?'), own('<think>\nOne and one.\n</think>\n\n2'), q('And 3 more?')]
    // Qwen/Qwen3-8B, tokenizer_config.json, with add_generation_prompt and without enable_thinking: false.
    expect(assemblePrompt(path, qwen3)).toEqual({
      head: [],
      history: [
        {
          parts: [
            token('<|im_start|>'),
            text('user\n1 + 1?'),
            token('<|im_end|>'),
            text('\n'),
            token('<|im_start|>'),
            text('assistant\n2'),
            token('<|im_end|>'),
            text('\n'),
          ],
        },
      ],
      last: [
        token('<|im_start|>'),
        text('user\nAnd 3 more?'),
        token('<|im_end|>'),
        text('\n'),
        token('<|im_start|>'),
        text('assistant\n'),
      ],
    })
  })

  it('is the published template’s text for any conversation', () => {
    const words = fc.string().map((some) => `x${some.replaceAll('<', '')}x`)
    fc.assert(
      fc.property(fc.array(fc.tuple(words, words, words)), words, (turns, last) => {
        const path = turns.flatMap(([question, thought, answer]) => [
          q(question),
          own(`<think>\n${thought}\n</think>\n\n${answer}`),
        ])
        const { head, history, last: asked } = assemblePrompt([...path, q(last)], qwen3)
        const written = [...head, ...history.flatMap(({ parts }) => parts), ...asked]
          .map((part) => (part.kind === 'token' ? part.content : part.text))
          .join('')
        const published = turns
          .map(
            ([question, , answer]) =>
              `<|im_start|>user\n${question}<|im_end|>\n<|im_start|>assistant\n${answer}<|im_end|>\n`,
          )
          .join('')
        expect(written).toBe(`${published}<|im_start|>user\n${last}<|im_end|>\n<|im_start|>assistant\n`)
      }),
    )
  })

  it('takes a reply without a thought for an answer, and tells replies of both kinds of model apart', () => {
    const answers = (...path: Turn[]) =>
      assemblePrompt([...path, q('last')], qwen3).history.map(({ parts }) => write(parts.slice(5, 6)))
    expect(answers(q('a'), own('42'))).toEqual(['[assistant\n42]'])
    expect(answers(q('a'), r('thought</think>42'), q('b'), own('<think>thought</think>43'))).toEqual([
      '[assistant\n42]',
      '[assistant\n43]',
    ])
    expect(answers(q('a'), own('<think>\nhalf a thought'))).toEqual(['[assistant\n……]'])
  })

  it('has a system turn, and the published way to answer without a thought', () => {
    const { head, last } = assemblePrompt([q('1 + 1?')], qwen3, { instructions: 'Be brief.', withoutThought: true })
    expect(write(head)).toBe('<|im_start|>[system\nBe brief.]<|im_end|>[\n]')
    // tokenizer_config.json with enable_thinking: false
    expect(write(last)).toBe(
      '<|im_start|>[user\n1 + 1?]<|im_end|>[\n]<|im_start|>[assistant\n]<think>[\n\n]</think>[\n\n]',
    )
  })
})

describe('a template', () => {
  it.each(Object.entries(TEMPLATES))('%s ends a reply at what ends an earlier answer', (_, { assistant, stop }) => {
    expect(assistant.after.flatMap((part) => (part.kind === 'token' ? [part.content] : []))).toEqual([stop[0]])
  })
})

describe('assemblePrompt for a template as data', () => {
  const token = (content: string): PromptPart => ({ kind: 'token', content })
  const text = (words: string): PromptPart => ({ kind: 'text', text: words })
  /** As Llama 2 has it. */
  const inst: ChatTemplate = {
    begin: [],
    system: { before: [text('<<SYS>>\n')], after: [text('\n<</SYS>>\n\n')], inQuestion: true },
    user: { before: [token('<s>'), text('[INST] ')], after: [text(' [/INST]')] },
    assistant: { before: [text(' ')], after: [text(' '), token('</s>')] },
    openReply: [],
    stop: ['</s>'],
  }

  it('puts instructions behind the whole mark before a question', () => {
    const { head, instructions, history, last } = assemblePrompt([q('a'), r('</think>1'), q('b')], inst, {
      instructions: 'Be brief.',
    })
    expect(head).toEqual([])
    expect(instructions?.behind).toBe(2)
    expect(write(instructions?.parts ?? [])).toBe('[<<SYS>>\nBe brief.\n<</SYS>>\n\n]')
    expect(history.map(({ parts }) => write(parts))).toEqual(['<s>[[INST] ][a [/INST] 1 ]</s>'])
    expect(write(last)).toBe('<s>[[INST] ][b [/INST]]')
  })

  it('has one text between two tokens where nothing is put behind a mark', () => {
    const { history, last } = assemblePrompt([q('a'), r('</think>1'), q('b')], inst)
    expect(history.map(({ parts }) => write(parts))).toEqual(['<s>[[INST] a [/INST] 1 ]</s>'])
    expect(write(last)).toBe('<s>[[INST] b [/INST]]')
  })

  it('has a system turn of its own where there are no instructions', () => {
    const system = (words: string) => [token('<s>'), text(`system\n${words}`)]
    const own: ChatTemplate = { ...inst, begin: system('Be kind.'), system: { before: system(''), after: [] } }
    expect(write(assemblePrompt([q('a')], own).head)).toBe('<s>[system\nBe kind.]')
    expect(write(assemblePrompt([q('a')], own, { instructions: 'Be brief.' }).head)).toBe('<s>[system\nBe brief.]')
  })

  it('ignores that no thought is wanted where a model has none', () => {
    expect(assemblePrompt([q('a')], inst, { withoutThought: true })).toEqual(assemblePrompt([q('a')], inst))
    expect(replyParts('<think>a</think>b', false, inst)).toEqual([text('<think>a</think>b')])
  })
})

describe('replyParts', () => {
  const parts = (text: string, opened: boolean) => write(replyParts(text, opened, TEMPLATE))

  it.each([
    ['a thought that goes on', 'so', true, '[so]'],
    ['a thought with its answer', 'so\n</think>\n\n42', true, '[so\n]</think>[\n\n42]'],
    ['a thought that the model opened', '<think>\nso</think>42', false, '<think>[\nso]</think>[42]'],
    ['an answer alone', '42', false, '[42]'],
    ['tags in an answer, which are text', 'a</think>b</think><think>c', true, '[a]</think>[b</think><think>c]'],
    ['a tag that closes nothing', 'a</think>', false, '[a</think>]'],
    ['a tag within a thought', 'a<think>b', true, '[a<think>b]'],
    ['nothing', '', true, ''],
  ])('reads %s', (_, text, opened, expected) => {
    expect(parts(text, opened)).toBe(expected)
  })
})
