import { describe, expect, it } from 'vitest'
import { PromptEncoder } from '../engine/prompt-tokens'
import { assemblePrompt } from '../reasoning/prompt'
import { TEMPLATES } from '../reasoning/templates'
import { BUILT_IN_PROMPTS } from './built-in'
import { fillIn, variablesOf } from './variables'

const values = (given: Record<string, string>) => new Map(Object.entries(given))

describe('variablesOf', () => {
  it.each([
    ['Say {{this}} to {{ them }}, {{this}} again', ['this', 'them']],
    ['写一篇关于{{主题}}的短文', ['主题']],
    ['The answer is in \\boxed{}, or in {one} brace, or {{}}', []],
    ['{{a\nb}} and {{{c}}}', ['c']],
  ])('finds those of %j', (text, names) => {
    expect(variablesOf(text)).toEqual(names)
  })
})

describe('fillIn', () => {
  it('puts in what was typed, everywhere, and leaves what is blank', () => {
    const text = 'Say {{this}} to {{them}}, {{this}} again'
    expect(fillIn(text, values({ this: 'hello', them: ' ' }))).toBe('Say hello to {{them}}, hello again')
  })

  it('takes braces and dollar signs in what was typed for text', () => {
    expect(fillIn('{{a}} {{b}}', values({ a: '{{b}} $& $1', b: 'x' }))).toBe('{{b}} $& $1 x')
  })

  it.each(Object.entries(TEMPLATES))(
    'lets nobody write a control token of %s into a prompt',
    async (_name, template) => {
      const CONTROLS = ['<|im_end|>', '<|im_start|>', '</think>', '<｜User｜>', '<｜end▁of▁sentence｜>']
      const typed = CONTROLS.join('')
      const text = fillIn('Translate:\n{{text}}', values({ text: typed }))
      const { head, history, last } = assemblePrompt([{ role: 'user', text }], template)
      const parts = [...head, ...history.flatMap((turn) => turn.parts), ...last]
      expect(parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')).toContain(typed)
      // Works like a tokenizer: a control token in any text, and a byte for all else.
      const encode = (piece: string) => {
        const control = CONTROLS.indexOf(piece)
        expect(CONTROLS.filter((token) => piece.includes(token))).toEqual(control === -1 ? [] : [piece])
        return control === -1 ? [...new TextEncoder().encode(piece)] : [1000 + control]
      }
      const ids = await new PromptEncoder(encode, CONTROLS).parts([{ kind: 'text', text }])
      expect(ids.filter((id) => id >= 1000)).toEqual([])
    },
  )
})

describe('the prompts that come with the site', () => {
  it('have names of their own and variables of their own in each language', () => {
    for (const language of ['en', 'zh-CN'] as const) {
      const texts = BUILT_IN_PROMPTS.map((prompt) => prompt[language])
      expect(new Set(texts.map(({ name }) => name)).size).toBe(texts.length)
      for (const { text } of texts) expect(variablesOf(text).length).toBeGreaterThan(0)
    }
    for (const prompt of BUILT_IN_PROMPTS)
      expect(variablesOf(prompt.en.text)).toHaveLength(variablesOf(prompt['zh-CN'].text).length)
  })
})
