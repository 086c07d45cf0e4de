import { existsSync } from 'node:fs'

/** @typedef {Readonly<Record<string, string | undefined>>} Environment */

const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox']
/** WebKitGTK's own browser and its driver, on Debian from the package webkit2gtk-driver. */
const MINI_BROWSER = ['x86_64', 'aarch64'].map((one) => `/usr/lib/${one}-linux-gnu/webkit2gtk-4.1/MiniBrowser`)
const WEBKIT_DRIVER = '/usr/bin/WebKitWebDriver'
/** A screen that nobody sees. */
const SCREEN = '/usr/bin/xvfb-run'

/** @param {readonly string[]} places */
const first = (places) => places.find((place) => existsSync(place))

/** @param {Environment} env @returns {string | undefined} the executable of an installed Firefox */
export const findFirefox = ({ FIREFOX_PATH }) => FIREFOX_PATH ?? first(FIREFOX)

/** @param {Environment} env @returns {{ browser: string, command: readonly string[] } | undefined} WebKit's browser, and the command that starts its driver */
export function findWebKit({ DISPLAY }) {
  const browser = first(MINI_BROWSER)
  if (!browser || !existsSync(WEBKIT_DRIVER)) return undefined
  if (DISPLAY !== undefined) return { browser, command: [WEBKIT_DRIVER] }
  return existsSync(SCREEN) ? { browser, command: [SCREEN, '-a', WEBKIT_DRIVER] } : undefined
}
