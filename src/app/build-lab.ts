import type { LabStore } from '../lab/lab-store'
import type { RunEnvironment } from '../lab/run'
import { isKernels } from '../models/manifest'
import { browserVersion } from '../platform/browser-facts'
import type { SettingsStore } from '../platform/settings-store'
import type { Replies } from '../reasoning/replies'
import { Lab } from '../state/lab.svelte'
import type { ModelController } from '../state/model.svelte'

/** The lab over this page's model. @param store where its results are, if not in the usual one */
export function buildLab(
  model: ModelController,
  replies: Replies,
  settings: SettingsStore,
  store: LabStore | undefined,
): Lab {
  const environment = (engine: RunEnvironment['engine']): RunEnvironment | undefined => {
    const { loaded } = model
    if (!loaded) return undefined
    const { artifacts, quantization } = { quantization: undefined, ...loaded.build }
    const kernels = artifacts.find(isKernels)?.sha256
    return {
      engine,
      ...(quantization !== undefined && { quantization }),
      files: Object.fromEntries(artifacts.map(({ path, sha256 }) => [path, sha256])),
      ...(kernels !== undefined && { kernels }),
      contextWindow: loaded.model.contextWindow,
      adapter: engine === 'webllm' ? (model.capabilities?.adapter ?? '') : '',
      browser: browserVersion(),
    }
  }
  return new Lab(
    {
      replies,
      settings,
      environment,
      modelName: () => model.name,
      advised: async () => (await model.source.manifest()).sampling.temperature,
      now: () => Date.now(),
    },
    store,
  )
}
