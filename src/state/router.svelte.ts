import type { ConversationId, MessageId } from '../shared/ids'

/** The name in the address of a chat that is never stored: `#/temporary`. */
export const TEMPORARY = 'temporary'

/** The name of the page for an address that should hold a chat and does not. */
export const SHARED = 'shared'

/** The page that is shown. */
export class Router {
  /** The name of a page; undefined is the chat. */
  page = $state<string>()
  /** The requested part of the page. */
  section = $state<string>()
  /** What stands behind a question mark, as it is written. */
  query = $state<string>()
  /** The last requested message, to be brought into view. Another object each time. */
  message = $state.raw<{ readonly id: MessageId }>()
}

/** The address of a conversation, or of a message in it. */
export function chatAddress(conversation: ConversationId, message?: MessageId): string {
  return `#/c/${conversation}${message === undefined ? '' : `/${encodeURIComponent(message)}`}`
}

interface Address {
  readonly page?: string
  readonly section?: string
  readonly query?: string
  readonly conversation?: string
  readonly message?: string
  readonly shared?: string
}

/**
 * Reads an address: `#/c/<id>` a conversation, `#/c/<id>/<id>` a message in it, `#/<name>` a page, `#/<name>/<section>`
 * a part of it, either with `?<query>`, which the page reads. `#/shared/<chat>` is a chat in the address itself, which may be damaged. Any other address means a new
 * conversation.
 */
export function readAddress(hash: string): Address {
  const [, shared] = /^#\/shared\/(.*)$/.exec(hash) ?? []
  if (shared !== undefined) return { shared }
  const [, conversation, message, page, section, query] =
    /^#\/(?:c\/([\w-]+)(?:\/([\w.~%-]+))?|([a-z-]+)(?:\/([\w-]+))?(?:\?(.*))?)$/.exec(hash) ?? []
  return {
    ...(conversation !== undefined && { conversation }),
    ...(message !== undefined && { message: decoded(message) }),
    ...(page !== undefined && { page }),
    ...(section !== undefined && { section }),
    ...(query !== undefined && { query }),
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part // a lone %
  }
}
