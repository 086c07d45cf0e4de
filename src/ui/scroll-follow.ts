import type { Attachment } from 'svelte/attachments'

/** Distances in CSS pixels: scrolling up this far leaves the end, coming this near returns to it. */
const LEAVE = 3
const RETURN = 60
/** An event by which an inner element announces that it will grow for a reader who wants to see its beginning. */
const STAY = 'staywhereitis'

/** Tells the code that follows the end around an element that its reader stays in place. */
export function stay(element: Element): void {
  element.dispatchEvent(new Event(STAY, { bubbles: true }))
}

/**
 * Keeps a scrolling element at its end while its content grows, unless the reader has scrolled up.
 *
 * @param content the part of it that grows
 * @param onFollow told whether the end is being followed
 */
export function followEnd(
  content: () => Element | undefined,
  onFollow?: (following: boolean) => void,
): Attachment<HTMLElement> {
  return (element) => {
    let following = true
    let lastTop = element.scrollTop
    const distance = () => element.scrollHeight - element.clientHeight - element.scrollTop
    const setFollowing = (value: boolean) => {
      if (value === following) return
      following = value
      onFollow?.(value)
    }
    const onScroll = () => {
      if (lastTop - element.scrollTop > LEAVE && distance() > LEAVE) setFollowing(false)
      else if (distance() <= RETURN) setFollowing(true)
      lastTop = element.scrollTop
    }
    const onStay = () => setFollowing(false)
    const observer = new ResizeObserver(() => {
      if (following) element.scrollTop = element.scrollHeight
      else if (distance() <= RETURN) setFollowing(true)
    })
    element.addEventListener('scroll', onScroll, { passive: true })
    element.addEventListener(STAY, onStay)
    observer.observe(element)
    const grown = content()
    if (grown) observer.observe(grown)
    element.scrollTop = element.scrollHeight
    onFollow?.(true)
    return () => {
      element.removeEventListener('scroll', onScroll)
      element.removeEventListener(STAY, onStay)
      observer.disconnect()
    }
  }
}
