import { drawMessage } from './chat/draw-message'
import { stay } from './scroll-follow'

/**
 * A message is brought into view again this long afterwards, in ms, because elements above it grow when they are laid
 * out.
 */
const AGAIN_MS = [0, 60, 200, 500]

/**
 * Scrolls a message of the chat on the page into view, and gives it the focus. Stops if the person scrolls meanwhile.
 */
export function showMessage(id: string): void {
  let moved = false
  const onMove = () => (moved = true)
  for (const type of ['wheel', 'touchmove', 'keydown']) addEventListener(type, onMove, { once: true, passive: true })
  for (const delay of AGAIN_MS)
    setTimeout(() => {
      drawMessage(id)
      const message = document.querySelector<HTMLElement>(`[data-message-id="${CSS.escape(id)}"]`)
      if (!message || moved) return
      stay(message)
      message.scrollIntoView({ block: 'start' })
      message.tabIndex = -1
      message.focus({ preventScroll: true })
    }, delay)
}
