import katex from 'katex'
import { describe, expect, it } from 'vitest'
import { drawableTex } from './drawable-tex'

describe('drawableTex', () => {
  it.each([
    ['x^2', 'x^2'],
    ['\\boxed{50%}', '\\boxed{50\\%}'],
    ['5\\% + 3\\\\%', '5\\% + 3\\\\\\%'],
    ['a % a comment\nb', 'a % a comment\nb'],
    ['\\label{eq:one} x \\eqref{eq:one}', ' x \\text{(one)}'],
    ['\\text{a_b & c} + x_1', '\\text{a\\_b \\& c} + x_1'],
    ['\\begin{eqnarray*} a &= b \\end{eqnarray*}', '\\begin{align*} a &= b \\end{align*}'],
    ['\\begin{displaymath}x\\end{displaymath}', 'x'],
  ])('%s', (tex, expected) => {
    expect(drawableTex(tex, true)).toBe(expected)
  })

  it.each([
    ['\\begin{align*} a &= b \\end{align*}', '\\begin{aligned} a &= b \\end{aligned}'],
    ['\\begin{equation} a \\end{equation}', ' a '],
    ['\\begin{pmatrix} 1 \\end{pmatrix}', '\\begin{pmatrix} 1 \\end{pmatrix}'],
  ])('within a line: %s', (tex, expected) => {
    expect(drawableTex(tex, false)).toBe(expected)
  })

  it.each([
    '\\begin{multline} a \\\\ b \\end{multline}',
    '\\begin{flalign} a &= b \\end{flalign}',
    '\\begin{eqnarray} a &=& b \\\\ &=& c \\end{eqnarray}',
    '\\begin{equation}\\label{e} \\text{rate_1} = 50% \\end{equation}',
  ])('makes what KaTeX draws of %s', (tex) => {
    const draw = (display: boolean) =>
      katex.renderToString(drawableTex(tex, display), { displayMode: display, strict: false })
    expect(() => draw(true)).not.toThrow()
    expect(() => draw(false)).not.toThrow()
  })
})
