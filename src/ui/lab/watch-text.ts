import { m } from '../../i18n'
import type { WatchMark } from '../../state/lab/watch-marks'

/** A token as it is shown alone: what cannot be seen gets a sign or a name. */
export function tokenText(text: string): string {
  if (text === '' || text.includes('\uFFFD')) return m.lab_watch_part()
  if (/^\n+$/.test(text)) return '⏎'.repeat(Math.min(3, text.length))
  if (/^ +$/.test(text)) return m.lab_watch_space()
  return text.replace(/\n/g, '⏎').replace(/^ /, '␣')
}

/** What lies at a mark, in words. */
export function markText(mark: WatchMark): string {
  switch (mark.kind) {
    case 'step':
      return m.lab_watch_step_mark({ label: mark.label })
    case 'value':
      return m.lab_watch_value_mark({ value: mark.label })
    case 'first':
      return m.lab_watch_first({ value: mark.label })
    case 'answer':
      return m.lab_watch_answer_mark()
  }
}
