/** Not needed before there is a message, so not part of what the page waits for; fetched at once behind it. */
export const messages = import('./Messages.svelte')

/** The same for what stands below the question. */
export const composerTools = import('./ComposerTools.svelte')
