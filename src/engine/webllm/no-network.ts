/**
 * Takes the network from a worker. The worker's Content-Security-Policy (connect-src 'none') is the wall; this holds on
 * hosts that cannot set headers, and turns a silent attempt into an error.
 */
export function forbidNetwork(scope: typeof globalThis): void {
  // A function expression, not an arrow: it must be callable with `new` to say why it refuses.
  const refuse = (what: string) =>
    function () {
      throw new Error(`The engine has no network: ${what} was refused.`)
    }
  const replacements: Record<string, unknown> = {
    fetch: (input: RequestInfo | URL) =>
      Promise.reject(new Error(`The engine has no network: ${describe(input)} was refused.`)),
    XMLHttpRequest: refuse('XMLHttpRequest'),
    WebSocket: refuse('WebSocket'),
    WebTransport: refuse('WebTransport'),
    EventSource: refuse('EventSource'),
    importScripts: refuse('importScripts'),
  }
  for (const [name, value] of Object.entries(replacements))
    Object.defineProperty(scope, name, { value, configurable: false, writable: false })
}

function describe(input: RequestInfo | URL): string {
  return input instanceof Request ? input.url : String(input)
}
