import { existsSync } from 'node:fs'

const PLACES = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox']

/** @param {Readonly<Record<string, string | undefined>>} env @returns {string | undefined} the executable of an installed Firefox */
export const findFirefox = ({ FIREFOX_PATH }) => FIREFOX_PATH ?? PLACES.find((place) => existsSync(place))
