import * as v from 'valibot'
import type { Precision } from '../../models/fit'
import type { SettingsStore } from '../../platform/settings-store'

const verdictSchema = v.object({
  passed: v.boolean(),
  /** Prompts whose replies were compared. */
  prompts: v.number(),
  /** For a device that computes wrongly: the prompt, counted from 0, and the token in its reply. */
  firstDifference: v.exactOptional(
    v.object({
      prompt: v.number(),
      token: v.number(),
      expected: v.number(),
      got: v.exactOptional(v.number()),
    }),
  ),
  /** The browser's name for it; empty if it gives none. */
  adapter: v.string(),
  browserVersion: v.string(),
  /** When the test ended, in ms since 1970. */
  at: v.number(),
})

/** Stored verdicts have always called kernels a library. */
const rememberedSchema = v.pipe(
  v.object({ librarySha256: v.string(), verdict: verdictSchema }),
  v.transform(({ librarySha256, verdict }) => ({ kernelsSha256: librarySha256, verdict })),
)

/** Whether a device computes correctly in one precision: its replies to the golden prompts, token by token. */
export type SelfTestVerdict = Readonly<v.InferOutput<typeof verdictSchema>>

/** The result of a self-test, and the kernels that it ran with. */
export type Remembered = Readonly<v.InferOutput<typeof rememberedSchema>>

const PREFIXES = { f32: 'self-test', f16: 'self-test-f16' } as const

/** One verdict in each precision is kept for each adapter, because a machine may have two. */
const keyOf = (precision: Precision, adapter: string) => `${PREFIXES[precision]}:${adapter}`

export function remember(settings: SettingsStore, precision: Precision, remembered: Remembered): void {
  const { kernelsSha256: librarySha256, verdict } = remembered
  settings.set(keyOf(precision, verdict.adapter), JSON.stringify({ librarySha256, verdict }))
}

/** The known verdicts for an adapter under this version of the browser. */
export function recall(
  settings: SettingsStore,
  precision: Precision,
  adapter: string,
  browserVersion: string,
): Remembered | undefined {
  const text = settings.get(keyOf(precision, adapter))
  const stored = v.safeParse(v.pipe(v.string(), v.parseJson(), rememberedSchema), text)
  return stored.success && stored.output.verdict.browserVersion === browserVersion ? stored.output : undefined
}
