import type { Draft } from '../../conversations/conversations'
import type { SettingsStore } from '../../platform/settings-store'

/** The keys of drafts up to version 0.1.0: `draft:KEY` the text, `draft:KEY:pasted` an array of texts as JSON. */
const PREFIX = 'draft:'
const PASTED = ':pasted'

interface OldDraft {
  readonly key: string
  readonly draft: Draft
  readonly forget: () => void
}

/** The drafts that an earlier version has left. */
export function oldDrafts(settings: SettingsStore): OldDraft[] {
  const keys = settings.names(PREFIX).map((name) => name.slice(PREFIX.length).replace(new RegExp(`${PASTED}$`), ''))
  return Array.from(new Set(keys), (key) => {
    const names = [PREFIX + key, PREFIX + key + PASTED] as const
    return {
      key,
      draft: { text: settings.get(names[0]) ?? '', pasted: textsIn(settings.get(names[1])) },
      forget: () => {
        for (const name of names) settings.set(name, undefined)
      },
    }
  })
}

function textsIn(json = '[]'): string[] {
  try {
    const texts: unknown = JSON.parse(json)
    return Array.isArray(texts) ? texts.filter((text) => typeof text === 'string') : []
  } catch {
    return []
  }
}
