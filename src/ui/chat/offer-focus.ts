/**
 * Puts the focus into the question field, so that somebody can type at once: not with a touch keyboard, which would cover half of
 * the page, and not away from a dialog or from where somebody is typing.
 */
export function offerFocus(field: HTMLElement | null | undefined): void {
  if (!field || matchMedia('(pointer: coarse)').matches || document.querySelector(':modal')) return
  if (document.activeElement?.matches('input, textarea, select')) return
  field.focus({ preventScroll: true })
}
