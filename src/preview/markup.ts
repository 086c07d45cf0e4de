/**
 * Elements that open a realm of their own, which the guard would not be in. A tokenizer reads a name in exactly this
 * way: behind `<` or `</`, in any case, up to a space, a slash or `>`. In XML it may have a prefix.
 */
const REALMS = /<(\/?)(?:[^\s<>/:]*:)?(iframe|frameset|object|fencedframe|portal)(?=[\s/>])/gi

/**
 * Void elements, which stay void as a <meta> without meaning, because the first of two attributes of the same name
 * counts.
 */
const VOIDS = /<(?:[^\s<>/:]*:)?(?:link|meta|embed|frame)(?=[\s/>])/gi

/** An entity of XML could stand for any of these. */
const ENTITIES = /<!ENTITY/gi

const BLOCKED_NAME = /^(?:[^:]*:)?(?:iframe|frame|frameset|object|embed|fencedframe|portal|link)$/i

/** A name at the end of the text that the next text could complete. */
const BEGUN = /<[^\s/>]*$/

/**
 * Markup without elements that reach past their document: frames, plug-ins, links to resources, meta elements. It
 * changes names in the text itself, also in scripts and strings. Parsing the text and writing it out again could bring
 * back markup hidden in a comment or a noscript.
 */
export function neutralise(markup: string): string {
  return markup
    .replace(REALMS, '<$1blocked-$2')
    .replace(VOIDS, '<meta http-equiv="" name="" content=""')
    .replace(ENTITIES, '<!BLOCKED')
}

/**
 * Splits off the end that is not yet known to be harmless. Not as an array: destructuring asks its iterator, which the
 * content may have replaced.
 */
export function splitBegun(markup: string): { readonly safe: string; readonly begun: string } {
  const at = markup.search(BEGUN)
  return at < 0 ? { safe: markup, begun: '' } : { safe: markup.slice(0, at), begun: markup.slice(at) }
}

/** Whether an element of this name is changed by `neutralise`, whatever its prefix; <meta> is harmless by itself. */
export function isNeutralised(qualifiedName: string): boolean {
  return BLOCKED_NAME.test(qualifiedName)
}
