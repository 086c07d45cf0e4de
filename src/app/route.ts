import type { ConversationId } from '../shared/ids'
import type { AppContext } from './compose'

/** Follows the address: `#/c/<id>` shows that conversation, anything else a new one. */
export function followRoute({ chat }: AppContext): void {
  const show = async () => {
    const id = /^#\/c\/([\w-]+)$/.exec(location.hash)?.[1]
    if (id === undefined) chat.startNew()
    // A conversation that was deleted, or belongs to another browser: begin a new one.
    else if (id !== chat.conversation?.id && !(await chat.open(id as ConversationId))) location.hash = '#/'
  }
  addEventListener('hashchange', () => void show())
  void show()
}
