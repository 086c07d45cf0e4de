/**
 * Copies a selection as its Markdown source: formulas as TeX, without the page's buttons. An attachment for the element
 * around a text.
 */
export function copySource(element: HTMLElement): () => void {
  const copy = (event: ClipboardEvent): void => {
    const text = selectedSource()
    if (text === undefined || !event.clipboardData) return
    event.clipboardData.setData('text/plain', text)
    event.preventDefault()
  }
  element.addEventListener('copy', copy)
  return () => {
    element.removeEventListener('copy', copy)
  }
}

/** The selected text, if the page draws a part of it differently from its source. */
function selectedSource(): string | undefined {
  const selection = getSelection()
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined
  const range = withWholeFormulas(selection.getRangeAt(0))
  const copy = document.createElement('div')
  copy.append(range.cloneContents())
  const formulas = copy.querySelectorAll<HTMLElement>('[data-part=formula]')
  if (formulas.length === 0) return undefined
  for (const formula of formulas) formula.replaceWith(formula.dataset['source'] ?? '')
  for (const control of copy.querySelectorAll('button, figcaption, .host')) control.remove()
  // Laid out, so that blocks end with line ends; out of sight, and removed before the next frame.
  copy.className = 'visually-hidden'
  document.body.append(copy)
  const text = copy.innerText
  copy.remove()
  return text
}

/** A partly selected formula is copied whole, because half of a source has no meaning. */
function withWholeFormulas(range: Range): Range {
  const whole = range.cloneRange()
  const start = formulaAround(range.startContainer)
  const end = formulaAround(range.endContainer)
  if (start) whole.setStartBefore(start)
  if (end) whole.setEndAfter(end)
  return whole
}

const formulaAround = (node: Node): Element | null =>
  (node instanceof Element ? node : node.parentElement)?.closest('[data-part=formula]') ?? null
