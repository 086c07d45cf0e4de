/** The name in the address of a chat that is never stored: `#/temporary`. */
export const TEMPORARY = 'temporary'

/** What the page shows. */
export class Router {
  /** The name of a page; undefined is the chat. */
  page = $state<string>()
  /** The part of the page that was asked for. */
  section = $state<string>()
}

interface Address {
  readonly page?: string
  readonly section?: string
  readonly conversation?: string
}

/**
 * What an address asks for: `#/c/<id>` a conversation, `#/<name>` a page, `#/<name>/<section>` a part of it, anything else a new
 * conversation.
 */
export function readAddress(hash: string): Address {
  const [, conversation, page, section] = /^#\/(?:c\/([\w-]+)|([a-z-]+)(?:\/([a-z-]+))?)$/.exec(hash) ?? []
  return {
    ...(conversation !== undefined && { conversation }),
    ...(page !== undefined && { page }),
    ...(section !== undefined && { section }),
  }
}
