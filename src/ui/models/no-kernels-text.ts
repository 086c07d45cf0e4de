import { m } from '../../i18n'
import type { NoKernels } from '../../state/models/gguf-kernels'

const TEXTS: Readonly<Record<NoKernels, () => string>> = {
  network: m.no_kernels_network,
  types: m.no_kernels_types,
  device: m.no_kernels_device,
}

/** The sentence why a GGUF file runs on the processor only. */
export const noKernelsText = (reason: NoKernels): string => TEXTS[reason]()
