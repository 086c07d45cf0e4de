import { ggufUnusable } from '../../shared/gguf-problem'
import { Fields, needed } from '../fields'
import type { GgufHeader } from '../header'
import type { MetadataArray } from '../metadata'
import { isPretokenizer, PRETOKENIZERS } from './pretokenizers'

/** `llama_token_type` */
const CONTROL = 3
const USER_DEFINED = 4
const UNUSED = 5

/** Whether a tokenizer.json can be made for a file: byte-level BPE with a known way to split text before it. */
export function hasKnownTokenizer({ metadata }: GgufHeader): boolean {
  const fields = new Fields(metadata)
  return fields.text('tokenizer.ggml.model') === 'gpt2' && isPretokenizer(fields.text('tokenizer.ggml.pre') ?? '')
}

/**
 * The content of tokenizer.json from a file's metadata. (compiler: `tokenizer_json`)
 *
 * @throws {AppError} `gguf-unusable`
 */
export function tokenizerJson({ metadata }: GgufHeader): string {
  const fields = new Fields(metadata)
  const kind = fields.text('tokenizer.ggml.pre') ?? ''
  if (!isPretokenizer(kind)) throw ggufUnusable('tokenizer-unknown', { what: kind })
  const { steps, normalizer, ignoreMerges } = PRETOKENIZERS[kind]
  const tokens = textsOf(needed(fields.array('tokenizer.ggml.tokens'), 'tokenizer.ggml.tokens'))
  const types = needed(fields.array('tokenizer.ggml.token_type')?.numbers(), 'tokenizer.ggml.token_type')
  const merges = fields.array('tokenizer.ggml.merges')
  const vocabulary: string[] = []
  const added: object[] = []
  for (const [id, content] of tokens.entries()) {
    const type = types[id]
    // Unused entries only fill the table up to the size of the embedding.
    if (type === UNUSED) continue
    vocabulary.push(`${JSON.stringify(content)}:${id}`)
    const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: type === CONTROL }
    if (type === CONTROL || type === USER_DEFINED) added.push({ id, content, ...flags })
  }
  const around = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer,
    pre_tokenizer: { type: 'Sequence', pretokenizers: steps },
    post_processor: null, // the prompt template writes the first token
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
  }
  const bpe = {
    type: 'BPE',
    dropout: null,
    unk_token: null,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: false,
    byte_fallback: false,
    ignore_merges: ignoreMerges,
    merges: merges ? textsOf(merges) : [],
  }
  // The vocabulary is text already: as an object, a token such as "7" or "__proto__" would be more than a name.
  return `${inside(around)},"model":{${inside(bpe, '')},"vocab":{${vocabulary.join(',')}}}}`
}

/** JSON of an object without its last bracket, and without its first one if that is given otherwise. */
const inside = (value: object, open = '{'): string => open + JSON.stringify(value).slice(1, -1)

const textsOf = (array: MetadataArray): string[] =>
  Array.from({ length: array.length }, (_, index) => array.text(index, 'tokenizer.ggml'))
