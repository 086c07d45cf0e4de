/** Not needed before there is an answer, so not part of what the page waits for; fetched at once when it is shown. */
export const markdown = import('./Markdown.svelte')
