import type { Turn } from './prompt'

/** The text that replaces all turns up to a message. */
interface Summary {
  readonly through: string
  readonly text: string
}

/**
 * The turns that are still sent unchanged, and the text that replaces the others. Pinned turns are sent unchanged, as
 * are all turns of a branch without the summary's last message.
 */
export function afterSummary<T extends Turn & { readonly id: string }>(
  path: readonly T[],
  summary: Summary | undefined,
): { readonly turns: readonly T[]; readonly summary?: string } {
  const last = summary && summary.text !== '' ? path.findIndex(({ id }) => id === summary.through) : -1
  if (!summary || last === -1) return { turns: path }
  const before = turnsOf(path.slice(0, last + 1)).filter((turn) => turn.some(({ pinned }) => pinned))
  return { turns: [...before.flat(), ...path.slice(last + 1)], summary: summary.text }
}

/** A path as questions with their replies. */
export function turnsOf<T extends Turn>(path: readonly T[]): T[][] {
  const turns: T[][] = []
  for (const message of path)
    if (message.role === 'user' || turns.length === 0) turns.push([message])
    else turns.at(-1)?.push(message)
  return turns
}
