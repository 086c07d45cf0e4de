/** This much of a label is searched for: a formula in it is drawn differently from its source. */
const LOOKED_FOR = 16

/**
 * The place in which a step of a thought is drawn. Steps are looked for one after the other, because several may begin
 * with the same words.
 * @param labels of the steps up to the wanted one, as {@link outlineOf} gives them
 * @returns the element that holds its beginning
 */
export function placeOf(content: HTMLElement, labels: readonly string[]): HTMLElement | undefined {
  const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT)
  let place: HTMLElement | undefined
  let node = walker.nextNode()
  let from = 0
  for (const label of labels) {
    const words = beginning(label)
    const start = { node, from }
    while (node) {
      const found = (node.nodeValue ?? '').indexOf(words, from)
      if (found !== -1) {
        place = node.parentElement ?? place
        from = found + words.length
        break
      }
      node = walker.nextNode()
      from = 0
    }
    // A step that is drawn differently is skipped; the next one is searched for from its expected place.
    if (!node && start.node) {
      walker.currentNode = start.node
      node = start.node
      from = start.from
    }
  }
  return place
}

/** The first words of a label, without a number that is drawn as a list's. */
function beginning(label: string): string {
  const words = label.replace(/^\d{1,2}[.)]\s+/, '').replace(/…$/, '')
  return words.slice(0, LOOKED_FOR).trimEnd()
}
