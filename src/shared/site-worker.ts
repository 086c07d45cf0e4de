/** The message from the page to a waiting service worker when the user wants the new version now. */
export const ACTIVATE = 'thinktab:activate'

/** The cache in which the page keeps the engine for the processor from its first use on. */
export const PROCESSOR_CACHE = 'thinktab-processor'
