import { escaped, svgText, type SvgNode } from './chart'

/** A result in words, for a page that draws itself without a script. */
export interface ResultPage {
  /** BCP 47 */
  readonly language: string
  readonly title: string
  /** The numbers of the run, a line each. */
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly charts: readonly { readonly title: string; readonly drawing: SvgNode; readonly table: Table }[]
  /** Every item. */
  readonly items: Table
  readonly itemsTitle: string
}

/** A table: the names of its columns, and its rows. */
export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const STYLE = `:root{color-scheme:light dark}
body{max-width:52rem;margin:0 auto;padding:1.5rem 1rem 4rem;background:light-dark(#fbfaf7,#1d1b19);color:light-dark(#23211d,#ebe6de);font:1rem/1.6 system-ui,"PingFang SC","Noto Sans SC","Microsoft YaHei",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem}h2{margin:2rem 0 .5rem;font-size:1.0625rem}dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem}dt{color:light-dark(#66615a,#a8a198)}dd{margin:0}
svg{max-width:100%;height:auto}.label{fill:currentColor}.grid{stroke:light-dark(#e2ded6,#393530)}.interval{stroke:light-dark(#1f6a5c,#7cc4b2);stroke-width:2}.thin{stroke-width:1.25;opacity:.55}.point{fill:light-dark(#1f6a5c,#7cc4b2)}.faint{opacity:.35}
table{border-collapse:collapse;font-size:.875rem}td,th{padding:.25rem .5rem;border:1px solid light-dark(#e2ded6,#393530);text-align:start;vertical-align:top;white-space:pre-wrap}
summary{cursor:pointer;color:light-dark(#66615a,#a8a198);font-size:.875rem}.wide{overflow-x:auto}@media print{:root{color-scheme:light}svg,tr{break-inside:avoid}h2{break-after:avoid}}`

const tableText = ({ columns, rows }: Table) => {
  const cells = (tag: 'td' | 'th', texts: readonly string[]) =>
    `<tr>${texts.map((text) => `<${tag}>${escaped(text)}</${tag}>`).join('')}</tr>`
  return `<div class="wide"><table><thead>${cells('th', columns)}</thead><tbody>${rows.map((row) => cells('td', row)).join('\n')}</tbody></table></div>`
}

/**
 * One page that needs no script, no other file and no network; its own policy forbids all of them.
 *
 * @param digest sha256 of a text, in Base64
 */
export async function resultPage(page: ResultPage, digest: (text: string) => Promise<string>): Promise<string> {
  const { language, title, facts, charts, items, itemsTitle } = page
  const policy = `default-src 'none'; style-src 'sha256-${await digest(STYLE)}'; base-uri 'none'; form-action 'none'`
  const drawn = charts.map(
    ({ title: name, drawing, table }) =>
      `<section><h2>${escaped(name)}</h2>${svgText(drawing)}<details><summary>${escaped(table.columns.join(', '))}</summary>${tableText(table)}</details></section>`,
  )
  return `<!doctype html>
<html lang="${escaped(language)}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
<dl>${facts.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('\n')}</dl>
${drawn.join('\n')}
<h2>${escaped(itemsTitle)}</h2>
${tableText(items)}
</body></html>
`
}
