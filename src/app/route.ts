import type { ConversationId } from '../shared/ids'
import { readAddress, TEMPORARY } from '../state/router.svelte'
import type { AppContext } from './compose'
import { pagesOf } from './pages'

/** Shows what the address asks for, now and whenever it changes. Resolves when the first is shown. */
export function followRoute(context: AppContext): Promise<void> {
  const { chat, router } = context
  const names = new Set(pagesOf(context).map(({ name }) => name))
  const show = async () => {
    const { page, section, conversation } = readAddress(location.hash)
    router.page = page !== undefined && names.has(page) ? page : undefined
    router.section = section
    if (router.page !== undefined) return
    if (page === TEMPORARY) chat.shown.startTemporary()
    else if (conversation === undefined) chat.shown.startNew()
    // A conversation that was deleted, or belongs to another browser: begin a new one.
    else if (conversation !== chat.shown.conversation?.id && !(await chat.shown.open(conversation as ConversationId)))
      location.hash = '#/'
  }
  addEventListener('hashchange', () => void show())
  return show()
}
