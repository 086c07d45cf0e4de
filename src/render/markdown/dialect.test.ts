import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseMarkdown } from '../markdown-stream'
import { toHtml } from './to-html.fixture'

const html = (text: string): string => toHtml(parseMarkdown(text))
const paragraph = (content: string): string => `<p>${content}</p>\n`
const inline = (tex: string): string => `<math display="inline">${tex}</math>`
const display = (tex: string): string => `<math display="block">${tex}</math>`
const link = (href: string, text: string): string => `<a href="${href}">${text}</a>`

/** The lines of the table in docs/markdown.md, each with the result for some texts. */
const DIALECT: Record<string, readonly (readonly [markdown: string, html: string])[]> = {
  'line-end': [['a\nb', paragraph('a<br />\nb')]],
  html: [
    ['a <img src=x onerror=y> b', paragraph('a &lt;img src=x onerror=y&gt; b')],
    ['<div>\n*a*\n</div>\n\n*b*', paragraph('&lt;div&gt;<br />\n*a*<br />\n&lt;/div&gt;') + paragraph('<em>b</em>')],
  ],
  tags: [
    ['H<sub>2</sub>O, x<sup>2</sup>', paragraph('H<sub>2</sub>O, x<sup>2</sup>')],
    ['<kbd>Ctrl</kbd> <b>a</b><br>b', paragraph('<kbd>Ctrl</kbd> <strong>a</strong><br />\nb')],
    ['<b onclick=x>a</b>', paragraph('&lt;b onclick=x&gt;a&lt;/b&gt;')],
    ['<sub>a', paragraph('&lt;sub&gt;a')],
    [
      '<details>\n<summary>*s*</summary>\n\n- a\n\n</details>\nb',
      '<details>\n<summary><em>s</em></summary>\n<ul>\n<li>a</li>\n</ul>\n</details>\n<p>b</p>\n',
    ],
  ],
  address: [
    ['[a](/b) [c](javascript:d) [e](mailto:f@g.hi)', paragraph(`a c ${link('mailto:f@g.hi', 'e')}`)],
    ['[a][b]\n\n[b]: file:///c', paragraph('a')],
  ],
  'address-form': [['[a](https://b.org "title")', paragraph(link('https://b.org/', 'a'))]],
  bare: [
    ['访问https://example.com查看', paragraph(`访问${link('https://example.com/', 'https://example.com')}查看`)],
    ['见https://e.org/a，b', paragraph(`见${link('https://e.org/a', 'https://e.org/a')}，b`)],
    ['(https://e.org/a_(b)).', paragraph(`(${link('https://e.org/a_(b)', 'https://e.org/a_(b)')}).`)],
    ['**https://e.org**', paragraph(`<strong>${link('https://e.org/', 'https://e.org')}</strong>`)],
  ],
  image: [['![a *b*](https://e.org/c.png)', paragraph('<img src="https://e.org/c.png" alt="a b" />')]],
  cjk: [
    ['**步骤一：**计算', paragraph('<strong>步骤一：</strong>计算')],
    ['这是**“重点”**内容', paragraph('这是<strong>“重点”</strong>内容')],
    ['价格为**￥100**元', paragraph('价格为<strong>￥100</strong>元')],
    ['これは**「強調」**です', paragraph('これは<strong>「強調」</strong>です')],
    ['한국어**(볼드)**는', paragraph('한국어<strong>(볼드)</strong>는')],
  ],
  word: [
    ['**Step 1:**Compute', paragraph('<strong>Step 1:</strong>Compute')],
    ['**(**foo)', paragraph('**(**foo)')],
  ],
  operator: [
    ['2*3*4 = 24', paragraph('2*3*4 = 24')],
    ['(a+b)*c*(d+e)', paragraph('(a+b)*c*(d+e)')],
    ['2**10 and x**2**y', paragraph('2**10 and x**2**y')],
    ['st**r**awbe**rr**y', paragraph('st<strong>r</strong>awbe<strong>rr</strong>y')],
    ['面积=长*宽*高', paragraph('面积=长*宽*高')],
    ['*a* is', paragraph('<em>a</em> is')],
  ],
  strike: [
    ['20~25°C … 10~15°C', paragraph('20~25°C … 10~15°C')],
    ['~a~ ~~b~~ ~~~c~~~', paragraph('~a~ <del>b</del> ~~~c~~~')],
  ],
  formula: [
    ['\\(a*b*c\\) and $x_1$', paragraph(`${inline('a*b*c')} and ${inline('x_1')}`)],
    ['so \\[\n- a\n# b\n\n+ c\n\\]', paragraph(`so ${display('- a\n# b\n\n+ c')}`)],
    ['$$\n= a\n$$', paragraph(display('= a'))],
    ['> \\[\n> a\n> \\]', `<blockquote>\n${paragraph(display('a'))}</blockquote>\n`],
    ['1. a\n\\[\n- b\n\\]\n2. c', `<ol>\n<li>a<br />\n${display('- b')}</li>\n<li>c</li>\n</ol>\n`],
    ['\\begin{align}\na &= b\n\\end{align}', paragraph(display('\\begin{align}\na &amp;= b\n\\end{align}'))],
    ['\\boxed{4}', paragraph(display('\\boxed{4}'))],
    ['It is \\boxed{\\frac{1}{2}}.', paragraph(`It is ${inline('\\boxed{\\frac{1}{2}}')}.`)],
    ['```math\nx^2\n```', paragraph(display('x^2'))],
    ['```latex\n\\documentclass{a}\n```', '<pre><code class="language-latex">\\documentclass{a}\n</code></pre>\n'],
    ['`$x$` and \\$x\\$', paragraph('<code>$x$</code> and $x$')],
  ],
  'cut-formula': [
    ['\\[ x^2 +', paragraph('\\[ x^2 +')],
    ['\\[a]', paragraph('[a]')],
  ],
  price: [
    ['$5 and $10, US$3, $5-$10', paragraph('$5 and $10, US$3, $5-$10')],
    ['$HOME/bin:$PATH', paragraph('$HOME/bin:$PATH')],
    ['$5 for **one**, 10$ for two', paragraph('$5 for <strong>one</strong>, 10$ for two')],
    ['the $n$th of $5$', paragraph(`the ${inline('n')}th of ${inline('5')}`)],
  ],
  row: [
    [
      '| a | $|x|$ |\n|---|---|\n| 1 | 2 |\nso',
      `<table>\n<thead>\n<tr>\n<th>a</th>\n<th>${inline('|x|')}</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>\n${paragraph('so')}`,
    ],
  ],
  depth: [
    [
      `${'> '.repeat(20)}\n${'> '.repeat(20)}<details>a</details>`,
      '<blockquote>\n'.repeat(20) + paragraph('&lt;details&gt;a&lt;/details&gt;') + '</blockquote>\n'.repeat(20),
    ],
    [`${'> '.repeat(21)}a`, '<blockquote>\n'.repeat(20) + paragraph('&gt; a') + '</blockquote>\n'.repeat(20)],
    [`${'<sub>'.repeat(30)}a${'</sub>'.repeat(30)}`, paragraph(`${'<sub>'.repeat(20)}a${'</sub>'.repeat(20)}`)],
  ],
  length: [
    [`**a ${'b '.repeat(8000)}c**`, expect.stringContaining('<p>**a b') as string],
    [`\\( ${'x'.repeat(3000)} \\)`, expect.stringContaining('( xxx') as string],
  ],
}

describe('what is deliberately different from CommonMark', () => {
  it.each(Object.entries(DIALECT))('%s', (_, cases) => {
    for (const [markdown, expected] of cases) expect(html(markdown), markdown).toEqual(expected)
  })

  it('is said by docs/markdown.md, line by line', () => {
    const table = readFileSync('docs/markdown.md', 'utf8')
    expect([...table.matchAll(/^\| `([\w-]+)`/gm)].map(([, line]) => line)).toEqual(Object.keys(DIALECT))
  })
})
