import type { GgufHeader } from '../header'
import type { Tensor } from '../tensors'
import { layoutOf, LAYOUTS, type LayoutName } from './layouts'
import type { Network } from './network'

/** A parameter of the kernels, with the tensors of the file that it is made of, one below the other. */
interface Made {
  readonly name: string
  readonly sources: readonly Tensor[]
  readonly rows: number
}

export interface Matrix extends Made {
  readonly columns: number
  readonly layout: LayoutName
  /** For each source: in how many heads llama.cpp has put neighbouring rows where kernels want halves; 0 for none. */
  readonly heads: readonly number[]
}

/** Numbers that are not quantised: norms and biases. */
export type Vector = Made

export type Parameter = Matrix | Vector

export const isMatrix = (parameter: Parameter): parameter is Matrix => 'columns' in parameter

/** What a file lacks for its numbers to be read as they are. */
export type Unsuited = 'network' | 'types'

const VECTOR_TYPES: readonly string[] = ['F32', 'F16']

/**
 * The parameters of a network's kernels, in their order (compiler: `Architecture.parameters`), made of a file's tensors.
 *
 * @returns `types` if no layout holds a matrix's numbers; `network` if the file lacks a tensor, or has one more
 */
export function parametersOf(network: Network, { tensors }: GgufHeader): readonly Parameter[] | Unsuited {
  const list = new Lister(network, tensors)
  list.all()
  if (list.isOther || list.left > 0) return 'network'
  return list.lacksLayout ? 'types' : list.found
}

/** Lists the parameters, and notes which tensors they are made of. */
class Lister {
  readonly found: Parameter[] = []
  isOther = false
  lacksLayout = false
  readonly #network: Network
  readonly #tensors: Map<string, Tensor>

  constructor(network: Network, tensors: readonly Tensor[]) {
    this.#network = network
    this.#tensors = new Map(tensors.map((tensor) => [tensor.name, tensor]))
  }

  /** Tensors of the file that belong to no parameter. */
  get left(): number {
    return this.#tensors.size
  }

  all(): void {
    const { vocab_size: vocabulary, hidden_size: hidden, num_hidden_layers: layers } = this.#network
    this.#matrix('model.embed_tokens', hidden, [['token_embd', vocabulary]])
    for (let layer = 0; layer < layers && !this.isOther; layer += 1)
      this.#layer(`model.layers.${layer}`, `blk.${layer}`)
    this.#vector('model.norm.weight', [['output_norm.weight', hidden]])
    if (!this.#network.tie_word_embeddings) this.#matrix('lm_head', hidden, [['output', vocabulary]])
  }

  #layer(to: string, from: string): void {
    const { model_type: family, hidden_size: hidden, intermediate_size: inner, head_dim: head } = this.#network
    const { num_attention_heads: heads, num_key_value_heads: kvHeads } = this.#network
    const attention = `${to}.self_attn`
    const qkv = `${attention}.${family === 'llama' ? 'qkv_proj' : 'c_attn'}`
    const parts = [
      ['attn_q', heads],
      ['attn_k', kvHeads],
      ['attn_v', kvHeads],
    ] as const
    const sized = (ending: string) => parts.map(([name, count]) => [`${from}.${name}${ending}`, count * head] as const)
    // llama.cpp rotates neighbouring rows of a head for Llama; Qwen's rows are left as they are.
    const turned = family === 'llama' ? [heads, kvHeads, 0] : [0, 0, 0]
    this.#matrix(qkv, hidden, sized(''), turned)
    if (family === 'qwen2') this.#vector(`${qkv}.bias`, sized('.bias'))
    if (family === 'qwen3')
      for (const letter of ['q', 'k'])
        this.#vector(`${attention}.${letter}_norm.weight`, [[`${from}.attn_${letter}_norm.weight`, head]])
    this.#matrix(`${attention}.o_proj`, heads * head, [[`${from}.attn_output`, hidden]])
    const gateUp = ['ffn_gate', 'ffn_up'].map((name) => [`${from}.${name}`, inner] as const)
    this.#matrix(`${to}.mlp.gate_up_proj`, hidden, gateUp)
    this.#matrix(`${to}.mlp.down_proj`, inner, [[`${from}.ffn_down`, hidden]])
    this.#vector(`${to}.input_layernorm.weight`, [[`${from}.attn_norm.weight`, hidden]])
    this.#vector(`${to}.post_attention_layernorm.weight`, [[`${from}.ffn_norm.weight`, hidden]])
  }

  #matrix(
    name: string,
    columns: number,
    from: readonly (readonly [name: string, rows: number])[],
    heads: readonly number[] = [0],
  ): void {
    const sources = from.map(([source, rows]) => this.#take(`${source}.weight`, [columns, rows]))
    const layout = layoutOf(sources.map(({ type }) => type))
    // The kernels know no row that ends in the middle of a group.
    if (!layout || columns % LAYOUTS[layout].unit !== 0) {
      this.lacksLayout = true
      return
    }
    const rows = from.reduce((total, [, count]) => total + count, 0)
    this.found.push({ name, sources, rows, columns, layout, heads })
  }

  #vector(name: string, from: readonly (readonly [name: string, length: number])[]): void {
    const sources = from.map(([source, length]) => this.#take(source, [length]))
    if (!sources.every(({ type }) => VECTOR_TYPES.includes(type))) this.lacksLayout = true
    this.found.push({ name, sources, rows: from.reduce((total, [, length]) => total + length, 0) })
  }

  /** A tensor of these dimensions; notes that the network is another one where there is none. */
  #take(name: string, dimensions: readonly number[]): Tensor {
    const tensor = this.#tensors.get(name)
    this.#tensors.delete(name)
    if (tensor && String(tensor.dimensions) === String(dimensions)) return tensor
    this.isOther = true
    return { name, dimensions, type: 'F32', weights: 0, bytes: 0, offset: 0 }
  }
}
