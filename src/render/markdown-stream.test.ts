import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MarkdownStream, parseMarkdown } from './markdown-stream'

/** Pieces that make all Markdown that matters, and that meet in awkward ways. */
const piece = fc.constantFrom(
  ...[
    'a',
    'b c',
    '1',
    '2',
    '.',
    '*',
    '**',
    '_',
    '`',
    '```',
    '~~~',
    '#',
    '##',
    '-',
    '---',
    '+',
    '>',
    '|',
    '|-|',
    ':',
    '[',
    ']',
    '(',
    ')',
    '!',
    '<',
    '>',
    '/',
    '\\',
  ],
  ...[
    '\n',
    '\n',
    '\n\n',
    ' ',
    '  ',
    '    ',
    '\t',
    '- x\n',
    '1. y\n',
    '2. z\n',
    '> q\n',
    '| a | b |\n|---|---|\n| 1 | 2 |\n',
    '<b>',
    '</b>',
    '<!--',
    '-->',
  ],
  ...['[x]: http://e.org\n', '[x]', 'https://e.org', '- [ ] t\n', '===\n', '中文', '😀', '\r\n', '&amp;', '$x$'],
  ...[
    '$',
    '$$',
    '\\[',
    '\\]',
    '\\(',
    '\\)',
    '\\begin{align}',
    '\\end{align}',
    '\\boxed{',
    '{',
    '}',
    '~~',
    '[^1]',
    '[^1]: n\n',
  ],
  ...['<sub>', '</sub>', '<details>', '<summary>', '</details>\n', '| ', '```math\n', '：', '**“', '”**'],
)
const text = fc.array(piece, { maxLength: 40, size: 'max' }).map((pieces) => pieces.join(''))
/** The same often enough that paragraphs, cells and items become long. */
const longText = fc
  .tuple(text, fc.array(fc.tuple(piece, fc.integer({ min: 1, max: 400 })), { maxLength: 8 }))
  .map(([start, runs]) => start + runs.map(([part, times]) => `${part} `.repeat(times)).join(''))

/** An open text read at once. */
const opened = (source: string) => new MarkdownStream().update(source).flat()

/** Updates of one random long text. */
const MOST_UPDATES = 400

describe('MarkdownStream', () => {
  it('reads a streamed text as it reads the whole, at every character', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(text, (whole) => {
        const stream = new MarkdownStream()
        for (let end = 1; end <= whole.length; end += 1) {
          const part = whole.slice(0, end)
          expect(stream.update(part).flat()).toEqual(opened(part))
        }
        expect(stream.update(whole, true).flat()).toEqual(parseMarkdown(whole))
      }),
      { numRuns: 200 },
    )
  })

  it('reads long paragraphs, lists and cells in parts as it reads them whole', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(longText, fc.integer({ min: 1, max: 700 }), (whole, step) => {
        const stream = new MarkdownStream()
        // Each update reads the last part anew: single letters of the longest texts would take minutes on a busy machine.
        const by = Math.max(step, Math.ceil(whole.length / MOST_UPDATES))
        for (let end = by; end < whole.length; end += by) stream.update(whole.slice(0, end))
        expect(stream.update(whole).flat()).toEqual(opened(whole))
        expect(stream.update(whole, true).flat()).toEqual(parseMarkdown(whole))
      }),
      { numRuns: 25 },
    )
  })

  it.each([
    ['closes details', `<details>${'long '.repeat(300)}</details>\n\nafter`, 'details,paragraph'],
    ['becomes a row', `| a | b |\n|---|---|\n${'long '.repeat(300)}| b\n`, 'table'],
    ['becomes no row', `| a | b |\n|---|---|\n${'long '.repeat(300)}\n`, 'table,paragraph'],
  ])('reads a long line that %s at its end', (_, whole, kinds) => {
    const stream = new MarkdownStream()
    for (let end = 1; end < whole.length; end += 1) stream.update(whole.slice(0, end))
    expect(stream.update(whole, true).flat()).toEqual(parseMarkdown(whole))
    expect(
      parseMarkdown(whole)
        .map(({ kind }) => kind)
        .join(),
    ).toBe(kinds)
  })

  it('keeps the identity of blocks that can no longer change, and of full parts', () => {
    const stream = new MarkdownStream()
    const paragraphs = (count: number) => Array.from({ length: count }, (_, index) => `p${String(index)}`).join('\n\n')
    const [first] = stream.update('# Title\n\none\n\ntwo')
    const [again] = stream.update('# Title\n\none\n\ntwo three')
    expect(again?.[0]).toBe(first?.[0])
    const before = stream.update(paragraphs(40))
    const after = stream.update(paragraphs(41))
    expect(after.map((part) => part.length)).toEqual([16, 16, 9])
    expect(after[0]).toBe(before[0])
    expect(after[1]).toBe(before[1])
  })

  it('begins anew with a text that does not continue the last', () => {
    const stream = new MarkdownStream()
    stream.update('# A\n\nb\n\nc')
    expect(stream.update('x')).toEqual([parseMarkdown('x')])
  })
})

describe('parseMarkdown', () => {
  it('shows HTML as the text that it is', () => {
    const text = 'a <img src=x onerror=alert(1)> b'
    expect(parseMarkdown(text)).toEqual([{ kind: 'paragraph', children: [[{ kind: 'text', text }]] }])
    const script = '<script>alert(1)</script>'
    expect(parseMarkdown(script)).toEqual([{ kind: 'paragraph', children: [[{ kind: 'text', text: script }]] }])
  })

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '//e.org',
    '/x',
    'blob:x',
  ])('makes no link to %s', (href) => {
    expect(JSON.stringify(parseMarkdown(`[x](${href}) ![y](${href}) <${href}>`))).not.toContain('"href"')
  })

  it('turns images into links', () => {
    expect(parseMarkdown('![a cat](https://e.org/c.png)')).toEqual([
      { kind: 'paragraph', children: [[{ kind: 'image', href: 'https://e.org/c.png', alt: 'a cat' }]] },
    ])
  })
})
