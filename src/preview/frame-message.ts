import * as v from 'valibot'
import { LINE_CHARACTERS } from './limits'
import type { FrameMessage } from './messages'

const schema: v.GenericSchema<FrameMessage> = v.variant('type', [
  v.strictObject({
    type: v.literal('line'),
    level: v.picklist(['log', 'warn', 'error', 'value', 'blocked']),
    text: v.pipe(v.string(), v.maxLength(LINE_CHARACTERS + 1)),
    at: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  }),
  v.strictObject({ type: v.picklist(['cut', 'alive', 'finished', 'content', 'left', 'flood']) }),
  v.strictObject({ type: v.literal('height'), height: v.pipe(v.number(), v.finite()) }),
])

/** A message from the frame, if it is one of the agreed messages. */
export function readFrameMessage(data: unknown): FrameMessage | undefined {
  const result = v.safeParse(schema, data)
  return result.success ? result.output : undefined
}
