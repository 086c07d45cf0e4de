import type { EngineCapabilities } from '../../engine/engine'
import { memoryToProbe, type Device, type Needs } from '../../models/fit'
import { deviceMemoryGiB } from '../../platform/browser-facts'
import { measureBandwidth, probeMemory, type MemoryProbe } from '../../platform/gpu-measure'
import type { SettingsStore } from '../../platform/settings-store'
import type { SelfTest } from './self-test.svelte'

interface Dependencies {
  /** Fulfilled once the capabilities are known, or cannot be. */
  readonly probed: () => Promise<void>
  readonly capabilities: () => EngineCapabilities | undefined
  readonly settings: SettingsStore
  readonly selfTest: SelfTest
}

/** The facts about this machine: its own statements, measurements, and whether it computes right. */
export class DeviceCheck {
  readonly selfTest: SelfTest
  readonly #deps: Dependencies
  #bandwidth = $state<number>()
  #allocatable = $state.raw<MemoryProbe>()
  #opening: Promise<void> | undefined

  constructor(deps: Dependencies) {
    this.#deps = deps
    this.selfTest = deps.selfTest
  }

  /** Undefined where there is no adapter. */
  get device(): Device | undefined {
    const capabilities = this.#gpu
    if (!capabilities) return undefined
    const { f16, software, limits } = capabilities
    const { verdicts } = this.selfTest
    return {
      f16,
      software,
      limits,
      deviceMemoryGiB: deviceMemoryGiB(),
      bandwidthBytesPerSecond: this.#bandwidth,
      allocatable: this.#allocatable,
      computesRight: { f32: verdicts.f32?.passed, f16: verdicts.f16?.passed },
    }
  }

  /** Whether this browser gives pages no GPU: only the built-in model can run then. */
  get lacksGpu(): boolean {
    return this.#deps.capabilities() !== undefined && this.#gpu === undefined
  }

  /**
   * Whether the processor is the better place for models, as far as is known: no GPU, one that computes wrongly, or one
   * that the processor plays.
   */
  get prefersProcessor(): boolean {
    const capabilities = this.#deps.capabilities()
    return capabilities !== undefined && (capabilities.gpuProblem !== undefined || capabilities.software)
  }

  /** Looks up earlier results, and measures the memory's bandwidth if it is not known; a few seconds at most. */
  open(): Promise<void> {
    this.#opening ??= this.#open()
    return this.#opening
  }

  /**
   * Finds out all that should be known before a gigabyte is fetched: whether the page can have enough memory, and
   * whether the device computes right. The second takes from seconds to half a minute in each precision.
   *
   * @throws the signal's reason when it is aborted
   */
  async examine(needs: Needs, signal: AbortSignal): Promise<void> {
    await this.open()
    this.#allocatable = await probeMemory(memoryToProbe(needs), signal)
    await this.selfTest.run(signal)
    signal.throwIfAborted()
  }

  get #gpu(): EngineCapabilities | undefined {
    const capabilities = this.#deps.capabilities()
    const problem = capabilities?.gpuProblem
    return problem === undefined || problem === 'wrong-results' ? capabilities : undefined
  }

  async #open(): Promise<void> {
    await this.#deps.probed()
    const capabilities = this.#gpu
    if (!capabilities) return
    await this.selfTest.recall()
    // The test is not precached: without a network it cannot run, which is no failure.
    this.selfTest.error = undefined
    const key = `bandwidth:${capabilities.adapter}`
    const remembered = Number(this.#deps.settings.get(key))
    this.#bandwidth =
      remembered > 0 ? remembered : await measureBandwidth(new AbortController().signal).catch(() => undefined)
    if (this.#bandwidth !== undefined) this.#deps.settings.set(key, String(this.#bandwidth))
  }
}
