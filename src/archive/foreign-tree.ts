import type { ForeignMessage } from './foreign-chat'

/** A node of another program's tree: a message, or a node without one. */
export interface ForeignNode {
  readonly id: string
  readonly parent: string | null
  readonly message: Omit<ForeignMessage, 'key' | 'parent'> | undefined
}

/**
 * Messages of a tree in which some nodes are no messages: a message hangs on the nearest message above it. Parents come
 * first.
 */
export function messagesOf(nodes: readonly ForeignNode[]): {
  messages: ForeignMessage[]
  nearest: (id: string) => string | undefined
} {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const found = new Map<string, string | undefined>()
  /** The message at a node or above it. */
  const nearest = (id: string | null): string | undefined => {
    const passed: string[] = []
    const seen = new Set<string>()
    let at = id === null ? undefined : byId.get(id)
    while (at && !at.message && !found.has(at.id) && !seen.has(at.id)) {
      seen.add(at.id)
      passed.push(at.id)
      at = at.parent === null ? undefined : byId.get(at.parent)
    }
    const result = at === undefined ? undefined : at.message ? at.id : found.get(at.id)
    for (const one of passed) found.set(one, result)
    return result
  }
  const placed = new Set<string>()
  const messages: ForeignMessage[] = []
  for (const node of nodes) {
    const chain: ForeignNode[] = []
    for (let at: ForeignNode | undefined = node; at && !placed.has(at.id);) {
      placed.add(at.id)
      chain.push(at)
      at = at.parent === null ? undefined : byId.get(at.parent)
    }
    for (const { id, parent, message } of chain.reverse())
      if (message) messages.push({ ...message, key: id, parent: nearest(parent) ?? null })
  }
  const known = new Set(messages.map(({ key }) => key))
  const order = new Map(messages.map(({ key }, index) => [key, index]))
  return {
    // A circle is cut where it was entered.
    messages: messages.map((one, index) =>
      one.parent !== null && (!known.has(one.parent) || (order.get(one.parent) ?? 0) >= index)
        ? { ...one, parent: null }
        : one,
    ),
    nearest: (id) => nearest(id),
  }
}
