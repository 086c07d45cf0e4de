import type { ConversationId } from '../shared/ids'
import type { AppContext } from './compose'

/** Follows the address: `#/c/<id>` shows that conversation, `#/models` the models, anything else a new conversation. Resolves when the first is shown. */
export function followRoute({ chat, router }: AppContext): Promise<void> {
  const show = async () => {
    router.view = location.hash === '#/models' ? 'models' : 'chat'
    if (router.view === 'models') return
    const id = /^#\/c\/([\w-]+)$/.exec(location.hash)?.[1]
    if (id === undefined) chat.startNew()
    // A conversation that was deleted, or belongs to another browser: begin a new one.
    else if (id !== chat.conversation?.id && !(await chat.open(id as ConversationId))) location.hash = '#/'
  }
  addEventListener('hashchange', () => void show())
  return show()
}
