import * as v from 'valibot'
import type { SettingsStore } from '../platform/settings-store'

const verdictSchema = v.object({
  passed: v.boolean(),
  /** Prompts whose replies were compared. */
  prompts: v.number(),
  /** Of a device that computes wrongly: the prompt, counted from 0, and the token in its reply. */
  firstDifference: v.exactOptional(
    v.object({
      prompt: v.number(),
      token: v.number(),
      expected: v.number(),
      got: v.exactOptional(v.number()),
    }),
  ),
  /** As the browser names it; empty where it does not. */
  adapter: v.string(),
  browserVersion: v.string(),
  /** When the test ended, in ms since 1970. */
  at: v.number(),
})

const rememberedSchema = v.object({ librarySha256: v.string(), verdict: verdictSchema })

/** Whether a device computes what it should: its replies to the golden prompts, token by token. */
export type SelfTestVerdict = Readonly<v.InferOutput<typeof verdictSchema>>

/** What came of a self-test, and the library that it was run with. */
export type Remembered = Readonly<v.InferOutput<typeof rememberedSchema>>

/** One verdict is kept for each adapter: a machine may have two. */
const keyOf = (adapter: string) => `self-test:${adapter}`

export function remember(settings: SettingsStore, remembered: Remembered): void {
  settings.set(keyOf(remembered.verdict.adapter), JSON.stringify(remembered))
}

/** What is known of an adapter under this version of the browser. */
export function recall(settings: SettingsStore, adapter: string, browserVersion: string): Remembered | undefined {
  const stored = v.safeParse(v.pipe(v.string(), v.parseJson(), rememberedSchema), settings.get(keyOf(adapter)))
  return stored.success && stored.output.verdict.browserVersion === browserVersion ? stored.output : undefined
}
