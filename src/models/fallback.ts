import { buildFor, type ModelManifest } from './manifest'
import type { RunPlan } from './run-plan'

/** What a model does with less of, after its device has failed. */
export type FallbackStep = 'smaller-context' | 'processor'

/** A less demanding way to run a model. */
export interface Fallback {
  readonly step: FallbackStep
  /** Makes it of any plan for this model. */
  readonly restrict: (plan: RunPlan) => RunPlan
}

/** Smaller context windows free too little memory to help. */
const LEAST_CONTEXT = 1024

/**
 * The next less demanding way to run a model whose device keeps failing: half the context window, as failures of a GPU are
 * mostly a lack of memory, then the processor.
 *
 * @param plan how it ran
 * @param asked how it was to run at first
 * @param neededTokens tokens of prompt and reply, which the context window must hold
 * @returns undefined if there is none
 */
export function fallbackOf(plan: RunPlan, asked: RunPlan, neededTokens: number): Fallback | undefined {
  const half = Math.floor(plan.model.contextWindow / 2)
  const isWhole = plan.model.contextWindow === asked.model.contextWindow
  if (isWhole && half >= Math.max(LEAST_CONTEXT, neededTokens))
    return { step: 'smaller-context', restrict: ({ model }) => ({ ...plan, model: withContext(model, half) }) }
  const processor = plan.build.engine === 'webgpu' && buildFor(plan.model, 'processor')
  if (!processor) return undefined
  return { step: 'processor', restrict: ({ model }) => ({ model, build: processor, reason: 'device-lost' }) }
}

/** The manifest with another context window, and the share of it for earlier turns. */
export function withContext(manifest: ModelManifest, contextWindow: number): ModelManifest {
  const share = manifest.historyTokens / manifest.contextWindow
  return { ...manifest, contextWindow, historyTokens: Math.floor(contextWindow * share) }
}
