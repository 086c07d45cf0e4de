/** The message from the page to a waiting service worker when the user wants the new version now. */
export const ACTIVATE = 'thinktab:activate'

/** What the page tells the service worker when nothing is waited for: that stored files can be checked now. */
export const CHECK = 'thinktab:check'

/** The empty cache that exists while the air gap is on. */
export const AIR_GAP_CACHE = 'thinktab-air-gap'

/** Tells the service worker, and on a channel of this name all tabs and workers, that the air gap was changed. */
export const AIR_GAP_CHANGED = 'thinktab:air-gap'

/** The cache in which the engine for the processor is kept from its first use on. */
export const PROCESSOR_CACHE = 'thinktab-processor'

/** Under which address a file of the site is stored: of two versions both can be there. @param hash SHA-256 in hexadecimal */
export const storedAs = (url: string, hash: string): string => `${url}?${hash}`

/** What the window is told when the script of a worker cannot be loaded. */
export const SCRIPT_LOST = 'thinktab:script-lost'
