import type { RequestPurpose } from './ledger-store'

/** A request that is under way: what the browser's own record does not say of it. */
export interface OutgoingRequest {
  readonly purpose: RequestPurpose
  readonly bytesOut: number
  /** Of the body, as far as it was read. */
  bytesIn: number
  /** The address that answered in the end, where the server sent the request on. */
  redirectedTo?: string
  /** Resolves when no more bytes will be read. */
  readonly ended: Promise<void>
  readonly end: () => void
}

/** How many requests are remembered where nobody keeps a ledger. */
const MOST = 1000

/** By address, in the order in which they were made. */
const underWay = new Map<string, OutgoingRequest[]>()

/** Remembers a request until its line is written. */
export function outgoing(address: string, purpose: RequestPurpose, bytesOut: number): OutgoingRequest {
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => (end = resolve))
  const request: OutgoingRequest = { purpose, bytesOut, bytesIn: 0, ended, end }
  const oldest = underWay.size < MOST ? undefined : underWay.keys().next().value
  if (oldest !== undefined) underWay.delete(oldest)
  underWay.set(address, [...(underWay.get(address) ?? []), request])
  return request
}

/** The request to this address that was made first, which then is forgotten. */
export function takeOutgoing(address: string): OutgoingRequest | undefined {
  const [first, ...others] = underWay.get(address) ?? []
  if (others.length > 0) underWay.set(address, others)
  else underWay.delete(address)
  return first
}

/** The same response, whose bytes are counted as they are read. */
export function countedResponse(response: Response, request: OutgoingRequest): Response {
  if (response.redirected) request.redirectedTo = response.url
  const reader = response.body?.getReader()
  if (!reader) {
    request.end()
    return response
  }
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: async (controller) => {
        const part = await reader.read().catch((error: unknown) => {
          request.end()
          throw error
        })
        if (part.done) {
          request.end()
          controller.close()
        } else {
          request.bytesIn += part.value.length
          controller.enqueue(part.value)
        }
      },
      cancel: async (reason) => {
        request.end()
        await reader.cancel(reason)
      },
    },
    // Nothing is read ahead of the reader.
    { highWaterMark: 0 },
  )
  const { status, statusText, headers } = response
  return new Response(body, { status, statusText, headers })
}
