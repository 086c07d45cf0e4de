import type { GpuProblem } from '../engine/engine'
import { m } from '../i18n'

const TEXTS: Readonly<Record<GpuProblem, () => string>> = {
  'no-webgpu': m.processor_no_webgpu,
  'no-adapter': m.processor_no_adapter,
  'adapter-too-small': m.processor_adapter_too_small,
  'wrong-results': m.processor_wrong_results,
}

/** That the model runs on the processor, and why. */
export function processorText(problem: GpuProblem): string {
  return TEXTS[problem]()
}
