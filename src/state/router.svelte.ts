/** The name in the address of a chat that is never stored: `#/temporary`. */
export const TEMPORARY = 'temporary'

/** What the page shows. */
export class Router {
  /** The name of a page; undefined is the chat. */
  page = $state<string>()
}

/** What an address asks for: `#/c/<id>` a conversation, `#/<name>` a page, anything else a new conversation. */
export function readAddress(hash: string): { readonly page?: string; readonly conversation?: string } {
  const [, conversation, page] = /^#\/(?:c\/([\w-]+)|([a-z-]+))$/.exec(hash) ?? []
  return { ...(conversation !== undefined && { conversation }), ...(page !== undefined && { page }) }
}
