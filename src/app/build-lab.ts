import { LabStore } from '../lab/lab-store'
import type { RunEnvironment } from '../lab/run'
import type { InferenceEngine } from '../engine/engine'
import { isKernels } from '../models/manifest'
import { browserVersion } from '../platform/browser-facts'
import type { SettingsStore } from '../platform/settings-store'
import type { Replays, Replies } from '../reasoning/replies'
import { DeviceSpeed } from '../state/lab/device-speed.svelte'
import { ChosenModels } from '../state/lab/lab-models'
import { Lab } from '../state/lab/lab.svelte'
import type { ModelController, ModelSource } from '../state/models/model.svelte'
import type { Settings } from '../state/settings.svelte'
import type { InstalledModels } from '../weights/installed-models'

/** The parts of the page that the lab works with. */
export interface LabContext {
  readonly model: ModelController
  readonly replies: Replies & Replays
  readonly engine: Pick<InferenceEngine, 'generate' | 'measure'>
  readonly settings: Settings
  readonly settingsStore: SettingsStore
  readonly installed: InstalledModels
  readonly builtIn: ModelSource
}

/** The lab over this page's models. @param store where its results are, if not in the usual one */
export function buildLab(context: LabContext, store: LabStore | undefined): Lab {
  const { model, replies, settingsStore } = context
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
  const now = () => Date.now()
  const own = store ?? new LabStore()
  return new Lab(
    {
      replies,
      models: new ChosenModels(context),
      settings: settingsStore,
      environment,
      modelName: () => model.name,
      advised: async () => (await model.source.manifest()).sampling.temperature,
      now,
      speed: new DeviceSpeed({ ...context, store: own, now }),
    },
    own,
  )
}
