import type { RunPlan } from '../../models/run-plan'
import type { Call } from '../../platform/rpc'
import type { ErrorRecord } from '../../shared/errors'
import type {
  GenerationEnd,
  GenerationRequest,
  GenerationStep,
  LoadedModel,
  LoadProgress,
  Prompt,
  PromptPart,
  PromptSize,
} from '../engine'

/**
 * What the tab that has the engine does for each tab. A tab wants one model at a time; where it is not the one that is
 * loaded any more, it is loaded again for the next reply.
 */
export interface HostProcedures {
  /** Says which model this tab wants, and loads it. The Blobs are handles; the tab that has the engine reads them. */
  load(
    request: { readonly plan: RunPlan; readonly files: readonly (readonly [path: string, bytes: Blob])[] },
    call: Call<LoadProgress>,
  ): Promise<LoadedModel>
  /** Aborting the call ends the reply after its current token, or its waiting. */
  generate(request: GenerationRequest, call: Call<GenerationStep>): Promise<GenerationEnd>
  /** Closes the thought of this tab's reply. */
  answerNow(nothing: undefined): Promise<void>
  score(parts: readonly PromptPart[], call: Call): Promise<number>
  measure(asked: { readonly prompt: Prompt; readonly historyTokens: number }): Promise<PromptSize>
  /** This tab wants no model any more. */
  unload(nothing: undefined): Promise<void>
  /** Whether a person can see this tab. */
  visible(isVisible: boolean): Promise<void>
  /** Answers at once, which a frozen tab does not. */
  alive(nothing: undefined): Promise<void>
  /** Never ends; reports when the model that this tab has loaded is gone. */
  watch(nothing: undefined, call: Call<ErrorRecord>): Promise<never>
}
