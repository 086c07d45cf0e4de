import * as v from 'valibot'
import type { ScoringEngine } from '../engine/engine'
import type { CatalogueModel } from '../models/catalogue'
import type { RunPlan } from '../models/run-plan'
import type { SettingsStore } from '../platform/settings-store'
import { sha256 } from '../platform/sha256'
import { templateOf } from '../reasoning/templates'
import { AppError } from '../shared/errors'

/** Ranges in the catalogue were measured with this text: another text needs other ranges. */
const TEXT =
  'A river begins as a small stream in the mountains. Rain and melting snow feed it, and other streams join it on the ' +
  'way down to the valley. There it becomes wide and slow, passes fields, villages and cities, carries boats and turns ' +
  'the wheels of mills. In the end it flows into the sea, where the sun warms the water, clouds rise, and the rain ' +
  'falls on the mountains again.'

type Range = NonNullable<CatalogueModel['check']>['meanLogProbability']

interface Parts {
  /** With the model loaded. */
  readonly engine: ScoringEngine
  readonly settings: SettingsStore
  readonly device: { readonly adapter: string; readonly browserVersion: string }
  readonly signal: AbortSignal
}

const rememberedSchema = v.object({ browserVersion: v.string(), artifacts: v.string(), mean: v.number() })

/**
 * Lets a loaded model read a text and compares the probability that it gives with the catalogue's expectation. It runs
 * once for each adapter, version of the browser, kernels and weights; a wrong result is measured again the next time.
 *
 * @throws {AppError} `computes-wrongly`, or the engine's error; the signal's reason when it is aborted
 */
export async function requirePlausible(
  { model, build }: RunPlan,
  range: Range,
  { engine, settings, device: { adapter, browserVersion }, signal }: Parts,
): Promise<void> {
  const key = `plausible:${model.id}:${adapter}`
  const artifacts = await fingerprint(build)
  const stored = v.safeParse(v.pipe(v.string(), v.parseJson(), rememberedSchema), settings.get(key))
  const known = stored.success ? stored.output : undefined
  if (known?.browserVersion === browserVersion && known.artifacts === artifacts && isIn(range, known.mean)) return
  const { begin } = templateOf(model)
  const mean = await engine.meanLogProbability([...begin, { kind: 'text', text: TEXT }], { signal })
  if (!isIn(range, mean))
    throw new AppError('computes-wrongly', `${model.name} finds a known text ${mean}, not ${range.join(' to ')}.`, {
      retry: 'later',
      details: { model: model.name, meanLogProbability: String(mean), expected: range.join(' to ') },
    })
  settings.set(key, JSON.stringify({ browserVersion, artifacts, mean }))
}

/** False for NaN. */
const isIn = ([low, high]: Range, mean: number): boolean => mean >= low && mean <= high

/** One hash for all files of a model, its kernels included. */
async function fingerprint({ artifacts }: RunPlan['build']): Promise<string> {
  const hashes = artifacts.map((artifact) => artifact.sha256).sort()
  return await sha256(new TextEncoder().encode(hashes.join()).buffer)
}
