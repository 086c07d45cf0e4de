/** The kinds of previews. */
export type PreviewKind = 'html' | 'svg' | 'javascript'

const KINDS: Readonly<Record<string, PreviewKind>> = {
  html: 'html',
  svg: 'svg',
  javascript: 'javascript',
  js: 'javascript',
}

/** An <svg> behind only the parts that may stand before a document's element: a declaration, comments, a doctype. */
const SVG_DOCUMENT = /^\s*(?:<\?[^>]*\?>\s*|<!--[^]*?-->\s*|<!doctype[^>[]*>\s*)*<svg[\s/>]/i

/**
 * The kind of preview for a code block; undefined for none.
 *
 * @param language the word behind the fence, in any case; later words are ignored
 */
export function previewable(language: string, text: string): PreviewKind | undefined {
  if (text.trim() === '') return undefined
  const name = /^\s*([^\s{,:]*)/.exec(language)?.[1]?.toLowerCase() ?? ''
  const kind = name === 'xml' ? 'svg' : Object.hasOwn(KINDS, name) ? KINDS[name] : undefined
  return kind === 'svg' && !SVG_DOCUMENT.test(text) ? undefined : kind
}
