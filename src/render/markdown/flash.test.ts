import { describe, expect, it } from 'vitest'
import { CASES } from '../../../test/fixtures/answers'
import type { Block } from '../blocks'
import { MarkdownStream } from '../markdown-stream'
import { shown } from './shown.fixture'

/** The display at each length of a text that is being written, except the empty text. */
function frames(source: string): { text: string; seen: string; blocks: readonly Block[] }[] {
  const stream = new MarkdownStream()
  return Array.from({ length: source.length }, (_, index) => {
    const text = source.slice(0, index + 1)
    const blocks = stream.update(text).flat()
    return { text, seen: shown(blocks), blocks }
  })
}

/** The first length at which a text is shown that must not be. */
const flash = (source: string, wrong: RegExp): string | undefined =>
  frames(source)
    .filter(({ seen }) => wrong.test(seen))
    .map(({ text, seen }) => `${JSON.stringify(text)} is shown as ${JSON.stringify(seen)}`)[0]

describe('a text that is being written', () => {
  it.each([
    'Three reasons:\n- one\n- two\n- three',
    'Three reasons:\n\n- one\n  - two\n- three',
    'Text\n* one\n* two',
    'So\n---\n',
  ])('is no heading before it must be one: %j', (source) => {
    const upTo = source.endsWith('---\n') ? source.slice(0, -1) : source
    expect(flash(upTo, /^§/m)).toBeUndefined()
  })

  it.each([
    'a **bold** b',
    'a **`code`** b',
    'a *emphasis* b',
    'a ***both*** b',
    'a ~~struck~~ b',
    'a __bold__ b',
    '**步骤一：**计算',
    '- **One:** two',
    '| **a** | b |\n|---|---|\n| **c** | *d* |',
    '### **Title**',
    '> **Note:** x',
    '**a *b* c** d',
  ])('shows no marks of emphasis: %j', (source) => {
    expect(flash(source, /[*~]|__/)).toBeUndefined()
  })

  it('shows what is bold as bold from its first letter', () => {
    expect(frames('**bold**').map(({ seen }) => seen)).toEqual([
      '',
      '',
      'b⟨b⟩',
      'b⟨bo⟩',
      'b⟨bol⟩',
      'b⟨bold⟩',
      'b⟨bold⟩',
      'b⟨bold⟩',
    ])
  })

  it.each(['a `code` b', 'a ``co`de`` b', '- `code`: x'])('shows code as code from its first letter: %j', (source) => {
    const inCode = frames(source).filter(({ text }) => /^[^`]*`+[^`]/.test(text))
    expect(inCode.filter(({ seen }) => !seen.includes('c⟨')).map(({ text }) => text)).toEqual([])
  })

  it.each([
    '| a | b |\n|---|:-:|\n| 1 | 2 |\n| 3 | 4 |\n',
    'Text:\n| a | b |\n| --- | --- |\n| 1 | 2 |\n',
    '- x\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n',
  ])('shows a table row by row and never its bars: %j', (source) => {
    expect(flash(source, /[|]|--/)).toBeUndefined()
    const rows = frames(source).map(({ seen }) => seen.split('│').length)
    expect(rows.filter((count, index) => count < (rows[index - 1] ?? 0))).toEqual([])
  })

  it.each([
    '```python\nx = 1\n```\n',
    'Run:\n```bash\nnpm ci\n```\nThen.',
    '1. a\n   ```js\n   b\n   ```\n2. c',
    '> ```js\n> a\n> ```\n',
    '~~~js\na\n~~~\n',
    '````md\n```js\na\n```\n````\n',
  ])('shows no line of a fence as text or code: %j', (source) => {
    const own = source.startsWith('````') ? /````|^~/m : /```|~~~/
    expect(flash(source, own)).toBeUndefined()
    expect(flash(source, /^(?!▤)[^│▤]*(?:python|bash|js|md)/m)).toBeUndefined()
    const marks = frames(source).filter(({ seen }) => /│[`~]/.test(seen) && !source.startsWith('````'))
    expect(marks.map(({ text }) => text)).toEqual([])
  })

  it.each([
    'a \\(x*y*z + _b_ - c\\) d',
    'a $x*y*z + _b_$ d',
    '\\[\n- a\n- b\n# c\n\n1. d\n\\]\nend',
    '$$\n+ a\n| b |\n|---|\n> c\n$$\nend',
    '\\begin{align}\n- a &= *b* \\\\\n# c\n\\end{align}\nend',
    'so \\boxed{a*b*c \\text{ [x](y) }} end',
    '- a:\n  \\[\n  - b\n  + c\n  \\]\n- d',
    '> \\[\n> - a\n> > b\n> \\]\n',
    '```math\na*b*c\n- d\n```\nend',
    '**a \\(b*c*d\\)**',
    '| a | b |\n|---|---|\n| $x*y*z$ | \\(|a|*b*\\) |\n',
  ])('shows a formula that is being written as pending, not as Markdown: %j', (source) => {
    expect(flash(source, /i⟨|§|a⟨|• [bc]/m)).toBeUndefined()
    const seen = frames(source).map((frame) => frame.seen)
    expect(seen.some((frame) => frame.includes('?⟦'))).toBe(true)
    expect(seen.some((frame) => frame.includes('⟦') && !frame.includes('?⟦'))).toBe(true)
  })

  it.each([
    'See [the page](https://e.org/a) now',
    'See ![a cat](https://e.org/a.png) now',
    '- [the page](https://e.org/a)',
  ])('shows no marks of a link: %j', (source) => {
    // a bracket may yet be text; the character behind it decides
    const after = frames(source).filter(({ text }) => text.includes(']('))
    expect(after.filter(({ seen }) => /[[\]!]|^[^(]*https/.test(seen)).map(({ seen }) => seen)).toEqual([])
  })

  it.each([
    '- a\n- b\n  - c\n',
    '1. a\n2. b\n   1. c\n',
    '* a\n\n* b\n',
    '## a\n\n### b\n',
    '> a\n>\n> b\n',
    'a\n\n---\n\nb\n',
  ])('shows no mark of a block as text: %j', (source) => {
    expect(flash(source, /[-*#>[\]]|\d\.|[☐☑][^ ]/)).toBeUndefined()
  })

  it.each(['a[^1] b\n\n[^1]: note\n', 'x [r]\n\n[r]: https://e.org/\n'])(
    'shows no definition as text: %j',
    (source) => {
      expect(flash(source, /^(?!n\d|a|x).*(?:note|https)/m)).toBeUndefined()
    },
  )

  it.each(['H<sub>2</sub>O <kbd>K</kbd> a<br>b', 'x<sup>2</sup>'])('shows no tag of ours: %j', (source) => {
    expect(flash(source, /[<>/]/)).toBeUndefined()
  })

  /** Flashes of marks that look like text only for a moment. */
  it.each([
    ['the box of a task', '- [ ] a\n- [x] b\n', /[-*[\]]/],
    ['the tag of a summary', '<details>\n<summary>s</summary>\n\na\n\n</details>\n', /[<>/]/],
    ['the tag of details that are open', '<details open>\n\na\n\n</details>\n', /[<>/]/],
    ['an item below one with a price', '- Rent: $500\n- Food: 3 lbs\n- Gas: $9\n', /[-*]/],
    ['an item below a price, with a star', '* milk – about $0.50\n* two **eggs**\n* salt\n', /[*]/],
    ['stars before a formula', '**\\(x\\)** and **$y$** z', /(?<!⟦)[*]/],
    ['stars before a link', '**[a](https://e.org/)**', /[*]/],
    ['a backtick before a backslash', 'a `\\n` b', /`/],
    ['a backslash that escapes', 'a \\*b\\* c', /\\/],
    ['the bar of a formula in a cell', '| a | b |\n|---|---|\n| $|x|$ | c |\n', /^│ \?⟦\$⟧ │|^│ \$ │/m],
    ['the bar of a long formula in a cell', '| a | b |\n|---|---|\n| \\(P(A|B)\\) | c |\n', /^│ [^│]*│ B/m],
    ['the number of a footnote', 'a[^1] b\n\n[^1]: note\n', /^n0/m],
  ])('does not flash: %s', (_, source, wrong) => {
    expect(flash(source, wrong)).toBeUndefined()
  })
})

/** Text that is shown, whatever its kind. */
const visible = (seen: string): string => seen.replace(/(?<=⟩)\([^)\s]*\)|[bisckn_^]⟨|a⟨|img⟨|[⟩⟦⟧?│┃▤•№☐☑§❝⏎\s]/g, '')

describe('the corpus while it is being written', () => {
  const cases = CASES.filter(({ source }) => source.length < 2000)

  it.each([...new Set(cases.map(({ group }) => group))])('never takes back more than its last line: %s', (group) => {
    for (const { id, source } of cases.filter((one) => one.group === group)) {
      const all = frames(source)
      for (const [index, { text, seen }] of all.entries()) {
        const before = visible(all[index - 1]?.seen ?? '').length
        const line = text.length - text.slice(0, -1).lastIndexOf('\n')
        expect(before - visible(seen).length, `${group}/${id} at ${JSON.stringify(text)}`).toBeLessThanOrEqual(line)
      }
    }
  })
})
