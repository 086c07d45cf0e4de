import { m } from '../i18n'
import type { RunReason } from '../models/run-plan'

const TEXTS: Readonly<Record<RunReason, (() => string) | undefined>> = {
  'no-webgpu': m.processor_no_webgpu,
  'no-adapter': m.processor_no_adapter,
  'adapter-too-small': m.processor_adapter_too_small,
  'wrong-results': m.processor_wrong_results,
  software: m.processor_software,
  'device-lost': m.processor_device_lost,
  // These need no reason: a person chose it, or there is no other engine.
  chosen: undefined,
  'only-build': undefined,
  gpu: undefined,
}

/** The sentence that the model runs on the processor, and why; undefined where nobody would wonder. */
export function processorText(reason: RunReason): string | undefined {
  return TEXTS[reason]?.()
}
