/** The parts of a KeyboardEvent that decide whether Enter sends. */
export type EnterKey = Pick<
  KeyboardEvent,
  'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing' | 'keyCode'
>

/**
 * Whether this key press sends: Enter without Shift or Alt, except the Enter that ends an input method's composition.
 *
 * @param coarse whether the keyboard is a touch keyboard, where Enter starts a new line
 * @param key the key chosen in the settings; with Ctrl or Cmd, Enter always sends
 */
export function isSendKey(event: EnterKey, coarse = false, key: 'enter' | 'ctrl-enter' = 'enter'): boolean {
  if (event.key !== 'Enter') return false
  // Safari ends the composition before keydown, and then only the key code 229 shows it.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other sign
  if (event.isComposing || event.keyCode === 229) return false
  if (event.shiftKey || event.altKey) return false
  return (!coarse && key === 'enter') || event.ctrlKey || event.metaKey
}
