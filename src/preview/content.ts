import { neutralise } from './markup'

/**
 * The document for a block of HTML: the guard first, then the unchanged text, so that an error names the text's own
 * line. A doctype in the text comes too late and is not needed; its html, head and body are merged into the existing
 * ones.
 */
export function documentOf(html: string, guard: string): string {
  return `<!doctype html><script>${guard}</script>${neutralise(html)}`
}

const DRAWING_STYLE =
  'html,body{height:100%;margin:0}body{display:grid;place-items:center}svg{max-width:100%;max-height:100%}a{pointer-events:none}'

/** The document for a drawing, which is shown in a frame without scripts. */
export function drawingOf(svg: string): string {
  const start = svg.search(/<svg[\s/>]/i)
  return `<!doctype html><style>${DRAWING_STYLE}</style>${neutralise(svg.slice(Math.max(start, 0)))}`
}
