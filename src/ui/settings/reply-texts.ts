import { m } from '../../i18n'
import type { Effort, ThoughtLanguage } from '../../shared/reply-settings'
import type { Format } from '../format'

/** An effort in words; undefined is the model's own behaviour. */
export function effortText(effort: Effort | undefined, format: Format): string {
  if (typeof effort === 'number') return m.effort_tokens({ tokens: format.count(effort) })
  switch (effort) {
    case 'off':
      return m.effort_off()
    case 'short':
      return m.effort_short()
    case 'normal':
      return m.effort_normal()
    case 'long':
      return m.effort_long()
    case 'unlimited':
      return m.effort_unlimited()
    case undefined:
      return m.setting_by_model()
  }
}

/** The language of a thought in words; undefined is the model's own behaviour. */
export function thoughtLanguageText(language: ThoughtLanguage | undefined): string {
  switch (language) {
    case 'question':
      return m.thought_language_question()
    case 'zh-CN':
      return m.language_name({}, { locale: 'zh-CN' })
    case 'en':
      return m.language_name({}, { locale: 'en' })
    case undefined:
      return m.setting_by_model()
  }
}
