import type { ReplySettings } from '../../shared/reply-settings'

/** Tells which of the settings that not every engine has exist for the present engine. */
export interface EngineHas {
  readonly topK: boolean
  readonly minP: boolean
  readonly seed: boolean
  /** Whether the model thinks before it answers. */
  readonly thought: boolean
}

/** The ids that tie a control to its label, its help and its problem. */
export interface ControlIds {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': true | undefined
}

/** The settings with one of them changed; undefined removes it. */
export function withSetting<Name extends keyof ReplySettings>(
  settings: ReplySettings,
  name: Name,
  next: ReplySettings[Name] | undefined,
): ReplySettings {
  const others = Object.entries(settings).filter(([key]) => key !== name)
  return Object.fromEntries(next === undefined ? others : [...others, [name, next]])
}
