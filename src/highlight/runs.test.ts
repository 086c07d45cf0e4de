import fc from 'fast-check'
import { createLowlight } from 'lowlight'
import { describe, expect, it } from 'vitest'
import { grammars } from './grammars-common'
import { ROLES, roleOf } from './roles'
import { changedRuns, toLines, toPieces, toRuns, type TreeNode } from './runs'

const lowlight = createLowlight(grammars)
const runsOf = (grammar: string, text: string) =>
  toRuns(lowlight.highlight(grammar, text, { prefix: '' }).children as TreeNode[], roleOf)

/** Each line as `role:text` pieces, plain ones without a role. */
function shown(grammar: string, text: string): string[] {
  const lines = toLines(runsOf(grammar, text))
  const texts = text.split('\n')
  expect(lines.length).toBe(texts.length)
  return texts.map((line, index) =>
    toPieces(line, lines[index])
      .map((piece) => (piece.role === 0 ? piece.text : `[${ROLES[piece.role] ?? '?'}:${piece.text}]`))
      .join(''),
  )
}

describe('toRuns', () => {
  it('carries a comment and a string over the lines that they cover', () => {
    expect(shown('javascript', '/* a\n\nb */ x = `q\nw`')).toEqual([
      '[comment:/* a]',
      '',
      '[comment:b */] x = [string:`q]',
      '[string:w`]',
    ])
  })

  it('shows code in a string as code, and a class as a type', () => {
    expect(shown('javascript', 'class A { b = `x${1}y` }')).toEqual([
      '[keyword:class] [type:A] { b = [string:`x]${[number:1]}[string:y`] }',
    ])
  })

  it('leaves lines plain that are longer than a run can say, and those only', () => {
    const long = `"${'x'.repeat(5000)}"`
    const lines = toLines(runsOf('json', `[1,\n${long},\n"a"]`))
    expect(lines.map(({ length }) => length > 0)).toEqual([true, false, true])
  })

  it('reads a tree that is deeper than a stack', () => {
    let tree: TreeNode = { type: 'text', value: 'x' }
    for (let depth = 0; depth < 100_000; depth += 1)
      tree = { type: 'element', properties: { className: ['string'] }, children: [tree] }
    expect([...toRuns([tree], roleOf)]).toEqual([(1 << 4) | ROLES.indexOf('string'), 0])
  })
})

describe('changedRuns', () => {
  it('together with what was there before is the new result', () => {
    const line = fc.array(fc.integer({ min: 16, max: 40 }), { maxLength: 3 }).map((runs) => [...runs, 0])
    const result = fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => Uint16Array.from(lines.flat()))
    fc.assert(
      fc.property(result, result, (earlier, runs) => {
        const changed = changedRuns(runs, earlier)
        const kept = toLines(earlier).slice(0, changed?.from ?? toLines(runs).length)
        expect([...kept, ...(changed ? toLines(changed.runs) : [])]).toEqual(toLines(runs))
      }),
    )
  })

  it('sends only the end of a text that has grown', () => {
    const before = runsOf('python', 'a = 1\nb = 2\n')
    const changed = changedRuns(runsOf('python', 'a = 1\nb = 2\nc = "x"\n'), before)
    expect(changed?.from).toBe(2)
    expect(changedRuns(before, before)).toBeUndefined()
  })
})

describe('toPieces', () => {
  it('is the text, whatever the runs say', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3000 }), fc.uint16Array({ maxLength: 20 }), (text, runs) => {
        const pieces = toPieces(text, runs)
        expect(pieces.map((piece) => piece.text).join('')).toBe(text)
        for (const piece of pieces)
          if (piece.role === 0 && runs.length === 0) expect(piece.text.length).toBeLessThan(1001)
      }),
    )
  })
})
