/** What the page tells a waiting service worker when the user wants the new version now. */
export const ACTIVATE = 'thinktab:activate'
