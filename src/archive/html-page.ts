import type { Block } from '../render/blocks'
import type { ArchivedChat } from './archive-format'
import { BlockHtml, escapeHtml, type Drawing } from './html-blocks'
import { codeHtml, fencesIn, type Colour } from './html-code'
import { shownBranch, type MarkdownWords, type TextOptions } from './text-formats'

export interface HtmlOptions extends TextOptions {
  readonly drawing: Drawing
  /** Colours code; its roles have classes in `codeStyle`. */
  readonly colour: Colour
  /** CSS */
  readonly codeStyle: string
  /** Reads Markdown. */
  readonly blocksOf: (markdown: string) => readonly Block[]
  readonly words: MarkdownWords
  /** BCP 47 */
  readonly language: string
  readonly pageTitle: string
  /** sha256 of a text, in Base64 */
  readonly digest: (text: string) => Promise<string>
}

const STYLE = `:root{color-scheme:light dark}
body{max-width:44rem;margin:0 auto;padding:1.5rem 1rem 4rem;background:light-dark(#fbfaf7,#1d1b19);color:light-dark(#23211d,#ebe6de);font:1rem/1.65 system-ui,"PingFang SC","Noto Sans SC","Microsoft YaHei",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem}h2{margin:0 0 .25rem;color:light-dark(#66615a,#a8a198);font-size:.875rem}
article+article{margin-top:4rem;border-top:1px solid light-dark(#e2ded6,#393530)}
section{margin-top:1.25rem}.question p{padding:.625rem 1rem;border-radius:.75rem;background:light-dark(#f3f1ec,#292623);white-space:pre-wrap}
details{margin:.5rem 0;padding-left:.75rem;border-left:1px solid light-dark(#e2ded6,#393530);color:light-dark(#66615a,#a8a198);font-size:.9375rem}
summary{cursor:pointer}pre{padding:.75rem 1rem;overflow-x:auto;border-radius:.75rem;background:light-dark(#f3f1ec,#292623);font-size:.875rem}
code{font-family:ui-monospace,Menlo,Consolas,monospace}table{border-collapse:collapse}td,th{padding:.25rem .625rem;border:1px solid light-dark(#e2ded6,#393530);text-align:left}
blockquote{margin:1rem 0;padding-left:1rem;border-left:3px solid light-dark(#e2ded6,#393530)}math[display=block]{margin:.75rem 0;overflow-x:auto}a{color:light-dark(#1f6a5c,#7cc4b2)}
@media print{pre,math,table{break-inside:avoid}h1,h2{break-after:avoid}article+article{break-before:page}}`

/** One page that needs no script, no other file and no network; its own policy forbids all of them. */
export async function* htmlText(chats: AsyncIterable<ArchivedChat>, options: HtmlOptions): AsyncGenerator<string> {
  const { language, pageTitle, digest, codeStyle } = options
  const style = STYLE + codeStyle
  const policy = `default-src 'none'; style-src 'sha256-${await digest(style)}'; base-uri 'none'; form-action 'none'`
  yield `<!doctype html>
<html lang="${escapeHtml(language)}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${escapeHtml(pageTitle)}</title><style>${style}</style></head><body>
`
  for await (const chat of chats) yield await article(chat, options)
  yield '</body></html>\n'
}

async function article(chat: ArchivedChat, options: HtmlOptions): Promise<string> {
  const { drawing, colour, blocksOf, words, thoughts, split } = options
  const drawn = async (markdown: string) => {
    const blocks = blocksOf(markdown)
    const coloured = new Map<Block, string>()
    for (const fence of fencesIn(blocks)) {
      const pieces = await colour(fence.language, fence.text)
      if (pieces) coloured.set(fence, codeHtml(pieces))
    }
    return new BlockHtml(drawing, coloured).blocks(blocks)
  }
  const sections: string[] = []
  for (const message of shownBranch(chat)) {
    const { text, thought } = split(message)
    if (message.role === 'user') {
      const heading = escapeHtml(words.question)
      sections.push(`<section class="question"><h2>${heading}</h2><p>${escapeHtml(text)}</p></section>`)
      continue
    }
    const folded =
      thoughts && thought !== ''
        ? `<details><summary>${escapeHtml(words.thought)}</summary>${await drawn(thought)}</details>`
        : ''
    sections.push(`<section><h2>${escapeHtml(words.answer)}</h2>${folded}${await drawn(text)}</section>`)
  }
  return `<article><h1>${escapeHtml(chat.conversation.title)}</h1>\n${sections.join('\n')}\n</article>\n`
}
