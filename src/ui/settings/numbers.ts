import * as v from 'valibot'
import { m } from '../../i18n'
import { REPLY_SETTINGS, type ReplySettings } from '../../shared/reply-settings'
import type { Format } from '../format'

/** Settings that are numbers, or can be one. */
export type NumberName = {
  [Name in keyof ReplySettings]-?: number extends ReplySettings[Name] ? Name : never
}[keyof ReplySettings]

interface Range {
  readonly least: number
  readonly most: number
  /** Whether the least value itself is too small. */
  readonly isOpen: boolean
  readonly isWhole: boolean
}

/** The range of a number in the schema. */
function rangeOf(name: NumberName): Range {
  const actions = actionsOf(REPLY_SETTINGS[name])
  const requirement = (type: string) => actions.find((action) => action.type === type)?.requirement as number
  const isOpen = actions.some(({ type }) => type === 'gt_value')
  return {
    least: requirement(isOpen ? 'gt_value' : 'min_value'),
    most: requirement('max_value'),
    isOpen,
    isWhole: actions.some(({ type }) => type === 'integer'),
  }
}

interface Action {
  readonly type: string
  readonly requirement?: unknown
}

function actionsOf(schema: unknown): Action[] {
  if (typeof schema !== 'object' || schema === null) return [] // an option of a picklist
  if ('pipe' in schema)
    return (schema.pipe as Action[]).flatMap((part) => [part, ...('pipe' in part ? actionsOf(part) : [])])
  if ('options' in schema) return (schema.options as unknown[]).flatMap(actionsOf)
  return []
}

/**
 * A number as people type it: with a comma or a point, in ASCII or full width. @returns undefined if it cannot be used
 */
export function readNumber(name: NumberName, text: string): { readonly value: number } | undefined {
  const plain = text.normalize('NFKC').trim().replace(',', '.')
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(plain)) return undefined
  const value = Number(plain)
  return v.is(REPLY_SETTINGS[name], value) ? { value } : undefined
}

/** The values that the field accepts, for the message at it. */
export function rangeText(name: NumberName, format: Format): string {
  const { least, most, isOpen, isWhole } = rangeOf(name)
  const bounds = { least: format.count(least), most: format.count(most) }
  if (isWhole) return m.setting_range_whole(bounds)
  return isOpen ? m.setting_range_open(bounds) : m.setting_range(bounds)
}
