import { normalLabel, readDestination, readLabel, skipSpace, titleEnd } from './links'

/** The target of a label: `[label]: destination "title"`. */
export interface Definition {
  readonly label: string
  readonly destination: string
}

/**
 * Reads the definitions that a paragraph begins with (CommonMark 0.31.2, section 4.7).
 * @returns them, and the text after them
 */
export function readDefinitions(paragraph: string): { definitions: Definition[]; rest: string } {
  const definitions: Definition[] = []
  let rest = paragraph
  for (;;) {
    const found = readDefinition(rest)
    if (!found) return { definitions, rest }
    definitions.push(found.definition)
    rest = rest.slice(found.end)
  }
}

function readDefinition(text: string): { definition: Definition; end: number } | undefined {
  const label = readLabel(text, 0)
  if (!label || text[label.end] !== ':') return undefined
  const at = skipSpace(text, label.end + 1)
  const destination = readDestination(text, at)
  if (destination === undefined || destination === 'open') return undefined
  const definition = { label: normalLabel(label.label), destination: destination.text }
  const titleStart = skipSpace(text, destination.end)
  const title = titleStart > destination.end ? titleEnd(text, titleStart) : undefined
  const afterTitle = typeof title === 'number' ? lineEnd(text, title) : undefined
  // text that only looks like a title on the next line is a paragraph of its own
  const end = afterTitle ?? lineEnd(text, destination.end)
  return end === undefined ? undefined : { definition, end }
}

/** Index after the line's end if nothing but spaces comes before it. */
function lineEnd(text: string, at: number): number | undefined {
  let index = at
  while (text[index] === ' ' || text[index] === '\t') index += 1
  if (index === text.length) return index
  return text[index] === '\n' ? index + 1 : undefined
}
