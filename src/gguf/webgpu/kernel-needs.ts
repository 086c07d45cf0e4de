import type { GgufHeader } from '../header'
import { networkOf, type Network } from './network'
import { isMatrix, parametersOf, type Unsuited } from './parameters'
import { hasKnownTokenizer } from './tokenizer-json'

/** What kernels must be compiled for, so that they can read a file's numbers as they are. */
export interface KernelNeeds {
  readonly network: Network
  /** The layout of each matrix, in the order of the kernels' parameters, separated by spaces. */
  readonly layouts: string
}

/** What kernels a file needs, or why there can be none for it. @throws {AppError} `gguf-unusable` */
export function kernelNeeds(header: GgufHeader): KernelNeeds | { readonly unsuited: Unsuited } {
  const network = networkOf(header)
  if (!network || !hasKnownTokenizer(header)) return { unsuited: 'network' }
  const parameters = parametersOf(network, header)
  if (typeof parameters === 'string') return { unsuited: parameters }
  const layouts = parameters.flatMap((parameter) => (isMatrix(parameter) ? [parameter.layout] : []))
  return { network, layouts: layouts.join(' ') }
}
