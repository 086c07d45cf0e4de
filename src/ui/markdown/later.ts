import { onceArrived } from '../../shared/once'

/**
 * Needed only once there is an answer, so the first paint does not wait for it; fetched at once when the page is shown.
 */
export const markdown = onceArrived(() => import('./Markdown.svelte'))
void markdown()
