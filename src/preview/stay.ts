/**
 * Keeps the document where it is. Leaving is refused anyway, but only after the browser has begun. The refusal removes
 * the content, and some browsers open a connection meanwhile. A link within the document scrolls there; left to the
 * browser it would lead out of a srcdoc document. Handlers of the content run as usual.
 */
export function stay(refused: (address: string) => void): void {
  addEventListener(
    'click',
    (event) => {
      const link = event
        .composedPath()
        .find((target) => target instanceof Element && (target.localName === 'a' || target.localName === 'area'))
      const address = (link as Element | undefined)?.getAttribute('href')
      if (typeof address !== 'string') return
      event.preventDefault()
      if (!address.startsWith('#')) refused(address)
      else if (address === '#') scrollTo({ top: 0 })
      else document.getElementById(decodeURIComponent(address.slice(1)))?.scrollIntoView()
    },
    true,
  )
  addEventListener(
    'submit',
    (event) => {
      if (event.target instanceof HTMLFormElement && event.target.method !== 'dialog') event.preventDefault()
    },
    true,
  )
  Object.defineProperty(HTMLFormElement.prototype, 'submit', { value: () => undefined })
}
