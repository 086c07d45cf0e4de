import type { Message } from '../conversations/conversations'

/** Whether two messages have one id. */
export const namesTwice = (messages: readonly Message[]): boolean =>
  new Set(messages.map(({ id }) => id)).size < messages.length

/** The messages of a file that are not here yet. */
export function lackingOf(messages: readonly Message[], here: readonly Message[]): Message[] {
  const known = new Set(here.map(({ id }) => id))
  return messages.filter(({ id }) => !known.has(id))
}
