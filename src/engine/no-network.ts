/**
 * Takes the network from a worker. The worker's Content-Security-Policy is the wall. This function works on hosts that
 * cannot set headers, and turns a silent attempt into an error. A Blob's own address names bytes in memory, so it may
 * be read.
 *
 * sealed-scripts.ts also puts this function's text before scripts, so it must not refer to anything outside itself.
 */
export function forbidNetwork(scope: typeof globalThis): void {
  // A function expression, not an arrow: it must be callable with `new` to give its reason.
  const refuse = (what: string) =>
    function () {
      throw new Error(`The engine has no network: ${what} was refused.`)
    }
  const read = scope.fetch.bind(scope)
  const replacements: Record<string, unknown> = {
    fetch: (input: RequestInfo | URL, options?: RequestInit) => {
      const url = input instanceof Request ? input.url : String(input)
      if (url.startsWith('blob:')) return read(url, options)
      return Promise.reject(new Error(`The engine has no network: ${url} was refused.`))
    },
    XMLHttpRequest: refuse('XMLHttpRequest'),
    WebSocket: refuse('WebSocket'),
    WebTransport: refuse('WebTransport'),
    EventSource: refuse('EventSource'),
    importScripts: refuse('importScripts'),
  }
  for (const [name, value] of Object.entries(replacements))
    Object.defineProperty(scope, name, { value, configurable: false, writable: false })
}
