/** Needed only once there is a message, so the first paint does not wait for it; fetched right after that. */
export const messages = import('./Messages.svelte')

/** The same for the tools below the question. */
export const composerTools = import('./ComposerTools.svelte')
