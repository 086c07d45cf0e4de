import type { ConversationId } from '../shared/ids'
import { readAddress, TEMPORARY } from '../state/router.svelte'
import type { AppContext } from './compose'
import { pagesOf } from './pages'

/** Shows what the address asks for, now and whenever it changes. Resolves when the first is shown. */
export function followRoute(context: AppContext): Promise<void> {
  const { chat, router } = context
  const names = new Set(pagesOf(context).map(({ name }) => name))
  const show = async () => {
    const { page, conversation } = readAddress(location.hash)
    router.page = page !== undefined && names.has(page) ? page : undefined
    if (router.page !== undefined) return
    if (page === TEMPORARY) chat.startTemporary()
    else if (conversation === undefined) chat.startNew()
    // A conversation that was deleted, or belongs to another browser: begin a new one.
    else if (conversation !== chat.conversation?.id && !(await chat.open(conversation as ConversationId)))
      location.hash = '#/'
  }
  addEventListener('hashchange', () => void show())
  return show()
}
