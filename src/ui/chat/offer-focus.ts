/**
 * Puts the focus into the question field, so that a person can type at once. It does not where a touch keyboard would
 * cover half of the page, while a dialog is open, or while the person types elsewhere.
 */
export function offerFocus(field: HTMLElement | null | undefined): void {
  if (!field || matchMedia('(pointer: coarse)').matches || document.querySelector(':modal')) return
  if (document.activeElement?.matches('input, textarea, select')) return
  field.focus({ preventScroll: true })
}
