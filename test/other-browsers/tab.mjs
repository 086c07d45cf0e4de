/**
 * What the tests need of a browser.
 * @typedef {object} Tab
 * @property {(expression: string) => Promise<unknown>} evaluate  the value of an expression in the page
 * @property {(selector: string, text: string) => Promise<void>} send  types a text into a field, and Enter
 * @property {() => Promise<unknown>} reload
 * @property {() => Promise<void>} close  as a person closes it
 *
 * @typedef {object} StartedBrowser
 * @property {(address: string) => Promise<Tab>} open
 * @property {boolean} isPrivate  whether its windows are private ones, in which WebKit stores no Blobs, so no weights
 * @property {() => Promise<void>} close
 */
export {}
