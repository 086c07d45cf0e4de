import * as v from 'valibot'
import type { ScoringEngine } from '../../engine/engine'
import type { CatalogueModel } from '../../models/catalogue'
import type { RunPlan } from '../../models/run-plan'
import type { SettingsStore } from '../../platform/settings-store'
import { sha256 } from '../../platform/sha256'
import { templateOf } from '../../reasoning/templates'
import { AppError } from '../../shared/errors'
// Ranges were measured with this text: another text needs other ranges.
import knownText from './known-text.txt?raw'

/** Bytes of weights. A smaller model may know no English, as Nano does not. */
const LARGE = 50 * 2 ** 20

/**
 * The lowest value of a model of which nothing is known but its size. SmolLM2-135M with this text (docs/models.md): -3.4
 * where all is right, below -8 in seven of ten damages of caches, attention and scales; no better than a guess is -10.8.
 * The catalogue's models are known to know English, so it expects more of them.
 */
const LOWEST = -8

type Range = NonNullable<CatalogueModel['check']>['meanLogProbability']

interface Parts {
  /** With the model loaded. */
  readonly engine: ScoringEngine
  readonly settings: SettingsStore
  readonly device: { readonly adapter: string; readonly browserVersion: string }
  readonly signal: AbortSignal
}

const rememberedSchema = v.object({ browserVersion: v.string(), artifacts: v.string(), mean: v.number() })

/** What the text's probability must be on this device; undefined if there is nothing to expect. @param check of the catalogue */
export function expectedRange(build: RunPlan['build'], check?: CatalogueModel['check']): Range | undefined {
  if (check) return check.meanLogProbability
  const bytes = build.artifacts.reduce((sum, artifact) => sum + artifact.bytes, 0)
  return bytes < LARGE ? undefined : [LOWEST, 0]
}

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
  const mean = await engine.meanLogProbability([...begin, { kind: 'text', text: knownText.trim() }], { signal })
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
