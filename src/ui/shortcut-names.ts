import { m } from '../i18n'
import type { ShortcutAction } from './shortcuts'

/** The actions of shortcuts, in words. */
export const SHORTCUT_NAMES: Record<ShortcutAction, () => string> = {
  search: m.search_chats,
  'new-chat': m.new_chat,
  sidebar: m.shortcut_sidebar,
  'previous-chat': m.shortcut_previous,
  'next-chat': m.shortcut_next,
  'answer-now': m.shortcut_answer_now,
  'copy-answer': m.shortcut_copy_answer,
  'copy-code': m.shortcut_copy_code,
  settings: m.settings,
  lock: m.vault_lock,
  forget: m.forget,
  help: m.shortcut_help,
}
