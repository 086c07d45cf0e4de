import type { Attachment } from 'svelte/attachments'

/** Leaving the end takes this much scrolling up, coming back this nearness, in CSS pixels. */
const LEAVE = 3
const RETURN = 60

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
    const observer = new ResizeObserver(() => {
      if (following) element.scrollTop = element.scrollHeight
      else if (distance() <= RETURN) setFollowing(true)
    })
    element.addEventListener('scroll', onScroll, { passive: true })
    observer.observe(element)
    const grown = content()
    if (grown) observer.observe(grown)
    element.scrollTop = element.scrollHeight
    onFollow?.(true)
    return () => {
      element.removeEventListener('scroll', onScroll)
      observer.disconnect()
    }
  }
}
