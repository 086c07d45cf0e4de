import type { ConversationId, MessageId } from '../shared/ids'
import { chatAddress, readAddress, SHARED, TEMPORARY } from '../state/router.svelte'
import type { AppContext } from './compose'
import { pagesOf } from './pages'

/** Shows what the address asks for, now and whenever it changes. Resolves when the first is shown. */
export function followRoute(context: AppContext): Promise<void> {
  const { chat, router } = context
  const names = new Set(pagesOf(context).map(({ name }) => name))
  const show = async () => {
    const { page, section, query, conversation, message, shared } = readAddress(location.hash)
    router.page = page !== undefined && names.has(page) ? page : undefined
    router.section = section
    router.query = query
    if (router.page !== undefined) return
    if (shared !== undefined) await showShared(shared)
    else if (page === TEMPORARY) chat.shown.startTemporary()
    else if (conversation === undefined) chat.shown.startNew()
    // The conversation was deleted, or belongs to another browser: start a new one.
    else if (conversation !== chat.shown.conversation?.id && !(await chat.shown.open(conversation as ConversationId)))
      location.hash = '#/'
    else if (message !== undefined) await showMessage(conversation as ConversationId, message as MessageId)
  }
  /** A link that holds no chat is said to be damaged; the chat that was shown stays behind that message. */
  const showShared = async (fragment: string) => {
    const id = await (await context.archive()).openLink(fragment)
    if (id === undefined || !(await chat.shown.open(id))) router.page = SHARED
  }
  /** Its address then is the conversation's again, so that the same message can be asked for again. */
  const showMessage = async (conversation: ConversationId, message: MessageId) => {
    if (await chat.shown.branches.reveal(message)) router.message = { id: message }
    history.replaceState(null, '', chatAddress(conversation))
  }
  addEventListener('hashchange', () => void show())
  return show()
}
