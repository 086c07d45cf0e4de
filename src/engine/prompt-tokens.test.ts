import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitPrompt, PromptEncoder, splitInside } from './prompt-tokens'

const CONTROL = ['<bos>', '<user>', '<think>']

/** Works like a tokenizer: a control token's content is one id in any text, all else is an id for each character. */
function encode(text: string): Int32Array {
  const pattern = new RegExp(`${CONTROL.join('|')}|[^]`, 'gu')
  return Int32Array.from(text.match(pattern) ?? [], (piece) => {
    const index = CONTROL.indexOf(piece)
    return index === -1 ? (piece.codePointAt(0) ?? 0) : -1 - index
  })
}

const encoder = new PromptEncoder(encode, CONTROL)
const part = (text: string) => ({ kind: 'text', text }) as const

describe('PromptEncoder', () => {
  it('never lets text become a control token', async () => {
    const piece = fc.constantFrom(...CONTROL, '<', '>', 'bos', 'user', 'think', 'x', '中')
    await fc.assert(
      fc.asyncProperty(fc.array(piece), async (pieces) => {
        const text = pieces.join('')
        const ids = await encoder.parts([part(text)])
        expect(ids.every((id) => id > 0)).toBe(true)
        expect(String.fromCodePoint(...ids)).toBe(text)
      }),
    )
  })

  it('finds control tokens, and says which one is missing', async () => {
    expect(await encoder.parts([{ kind: 'token', content: '<think>' }])).toEqual([-3])
    await expect(encoder.control('<none>')).rejects.toThrow('<none>')
  })

  it('asks the tokenizer once for a text and for a control token', async () => {
    const asked: string[] = []
    const remembering = new PromptEncoder((text) => {
      asked.push(text)
      return encode(text)
    }, CONTROL)
    const prompt = [{ kind: 'token', content: '<user>' } as const, part('1 + 1')]
    const ids = await remembering.parts(prompt)
    expect(await remembering.parts(prompt)).toEqual(ids)
    expect(asked).toEqual(['<user>', '1 + 1'])
  })

  it('leaves out what the tokenizer may lack', async () => {
    const optional = (content: string) => ({ kind: 'token', content, optional: true }) as const
    expect(await encoder.parts([optional('<none>'), part('a'), optional('<think>')])).toEqual([97, -3])
  })

  it('tells a text that goes on from one that begins, for tokenizers that put a space before each', async () => {
    const spaced = new PromptEncoder((text) => encode(CONTROL.includes(text) ? text : ` ${text}`), CONTROL, encode)
    const textOf = async (...given: Parameters<PromptEncoder['parts']>) =>
      (await spaced.parts(...given)).map((id) => (id < 0 ? '^' : String.fromCodePoint(id))).join('')
    const user = { kind: 'token', content: '<user>' } as const
    const missing = { kind: 'token', content: '<none>', optional: true } as const
    expect(await textOf([user, part('a\n'), part('b'), user, part('b'), part(''), part('c')])).toBe('^ a\nb^ bc')
    expect(await textOf([part('a'), missing, part('b')])).toBe(' ab')
    expect(await textOf([part('a')], part('before'))).toBe('a')
    expect(await textOf([part('a')], user)).toBe(' a')
    expect(await textOf([user, part('a<user>b')])).toBe('^ a<user>b')
    const turn = { parts: [user, part('a\n'), part('b')] }
    const { ids } = await fitPrompt(
      spaced,
      { head: [], instructions: { parts: [part('x')], behind: 2 }, history: [], last: turn.parts },
      100,
      100,
    )
    expect(String.fromCodePoint(...ids.slice(1))).toBe(' a\nxb')
  })

  it('leaves ordinary text in one piece', () => {
    expect(splitInside('a < b', CONTROL)).toEqual(['a < b'])
    expect(splitInside('a<user>b', CONTROL)).toEqual(['a<', 'user>b'])
    expect(splitInside('', CONTROL)).toEqual([])
  })
})

describe('fitPrompt', () => {
  const turn = (text: string, pinned = false) => ({ parts: [part(text)], ...(pinned && { pinned }) })
  const prompt = {
    head: [{ kind: 'token', content: '<bos>' } as const],
    history: [turn('aaaa'), turn('bb'), turn('c')],
    last: [part('dd')],
  }
  const text = (ids: readonly number[]) => ids.map((id) => (id < 0 ? '^' : String.fromCodePoint(id))).join('')

  it('keeps everything that fits', async () => {
    const fitted = await fitPrompt(encoder, prompt, 100, 100)
    expect(text(fitted.ids)).toBe('^aaaabbcdd')
    expect(fitted.size).toEqual({ promptTokens: 10, lastTokens: 2, droppedTurns: 0, contextWindow: 100 })
  })

  it('leaves out the oldest turns, by the budget for history and by the context window', async () => {
    expect(text((await fitPrompt(encoder, prompt, 3, 100)).ids)).toBe('^bbcdd')
    expect(text((await fitPrompt(encoder, prompt, 100, 6)).ids)).toBe('^cdd')
    expect(await fitPrompt(encoder, prompt, 0, 100)).toMatchObject({ size: { droppedTurns: 3 } })
  })

  it('keeps no turn that is older than one left out', async () => {
    const uneven = { ...prompt, history: [turn('a'), turn('bbbbbb'), turn('c')] }
    expect(text((await fitPrompt(encoder, uneven, 3, 100)).ids)).toBe('^cdd')
  })

  it('keeps what is pinned before anything newer', async () => {
    const pinned = { ...prompt, history: [turn('aaaa', true), turn('bb'), turn('c')] }
    expect(text((await fitPrompt(encoder, pinned, 5, 100)).ids)).toBe('^aaaacdd')
    expect(text((await fitPrompt(encoder, pinned, 3, 100)).ids)).toBe('^bbcdd')
  })

  it('puts instructions into the first turn that is kept', async () => {
    const question = { kind: 'token', content: '<user>' } as const
    const instructed = {
      ...prompt,
      instructions: { parts: [part('ii')], behind: 1 },
      history: [{ parts: [question, part('aaaa')] }, { parts: [question, part('bb')] }],
      last: [question, part('dd')],
    }
    expect(text((await fitPrompt(encoder, instructed, 100, 100)).ids)).toBe('^^iiaaaa^bb^dd')
    expect(text((await fitPrompt(encoder, instructed, 3, 100)).ids)).toBe('^^iibb^dd')
    expect(text((await fitPrompt(encoder, instructed, 0, 100)).ids)).toBe('^^iidd')
    // A mark may have several tokens.
    const marked = { ...instructed, instructions: { parts: [part('ii')], behind: 2 } }
    expect(text((await fitPrompt(encoder, marked, 0, 100)).ids)).toBe('^^ddii')
  })

  it('leaves room for the reply that is there', async () => {
    expect(text((await fitPrompt(encoder, prompt, 100, 9, 3)).ids)).toBe('^cdd')
    await expect(fitPrompt(encoder, prompt, 100, 9, 6)).rejects.toThrow(
      expect.objectContaining({ code: 'reply-too-long', details: { tokens: 6, contextWindow: 9 } }),
    )
  })

  it('refuses a question that leaves no room for a reply', async () => {
    expect(text((await fitPrompt(encoder, prompt, 100, 4)).ids)).toBe('^dd')
    await expect(fitPrompt(encoder, prompt, 100, 3)).rejects.toThrow(
      expect.objectContaining({ code: 'prompt-too-long' }),
    )
  })
})
