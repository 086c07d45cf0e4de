import { ggufUnusable } from '../shared/gguf-problem'
import { needed, type Fields } from './fields'
import type { MetadataArray } from './metadata'

/** `llama_token_type`: tokens that a tokenizer inserts and people do not write. */
const UNKNOWN = 2
const CONTROL = 3
const USER_DEFINED = 4
/** Kinds of tokenizer that llama.cpp b7179 has for models that write text (llama-vocab.cpp). */
const KINDS: ReadonlySet<string> = new Set(['llama', 'gpt2', 'rwkv', 'plamo2'])
/**
 * Pre-tokenizers with which llama.cpp b7179 puts the first token before a text if a file does not say
 * (llama-vocab.cpp).
 */
const BEGINNING = new Set(['llama3', 'llama-v3', 'llama-bpe', 'falcon3', 'falcon-h1', 'pixtral', 'midm-2.0', 'lfm2'])
/** Longest content of a token that counts as a control token, in bytes. */
const LONGEST_CONTENT = 128
/** Most tokens that are cut out of people's texts: Gemma 3, which has by far the most, has 6,415. */
const MOST_ADDED = 16_384

/**
 * Texts of tokens that llama.cpp b7179 takes for control tokens and for the end of a reply, whatever types a file gives
 * them. Source: llama-vocab.cpp, `special_eot_id`, `special_eom_id` and `special_eog_ids`.
 */
const ENDS: readonly string[] = [
  '<|eot_id|>',
  '<|im_end|>',
  '<|end|>',
  '<end_of_turn>',
  '<|endoftext|>',
  '<|eom_id|>',
  '<EOT>',
  '_<EOT>',
  '<|end_of_text|>',
  '<|return|>',
  '<|call|>',
  '<end_of_utterance>',
  '<｜end▁of▁sentence｜>',
]

interface Token {
  readonly id: number
  readonly content: string
}

/** The facts about tokens in a file. */
export interface Vocabulary {
  readonly size: number
  /** Kind of tokenizer: `llama` (SentencePiece), `gpt2` (BPE on bytes), `rwkv` or `plamo2`. */
  readonly tokenizer: string
  readonly bos?: Token
  readonly eos?: Token
  /** Ends a turn, if that token differs from the end of a text. */
  readonly eot?: Token
  /** Whether every prompt begins with `bos`, even if the chat template does not write it. */
  readonly addBos: boolean
  /** Contents that the tokenizer turns into one id in any text, even in people's. */
  readonly addedTokens: readonly string[]
  /** The ones among them that a model may end a reply with, by llama.cpp's list. */
  readonly endTokens: readonly string[]
}

/** @throws {AppError} `gguf-unusable` */
export function vocabularyOf(fields: Fields): Vocabulary {
  const tokenizer = needed(fields.text('tokenizer.ggml.model'), 'tokenizer.ggml.model')
  if (!KINDS.has(tokenizer)) throw ggufUnusable('tokenizer-unknown', { what: tokenizer })
  const tokens = needed(fields.array('tokenizer.ggml.tokens'), 'tokenizer.ggml.tokens')
  if (!tokens.isText || tokens.length === 0)
    throw ggufUnusable('field-wrong', { what: 'tokenizer.ggml.tokens', value: tokens.length })
  const kinds = needed(fields.array('tokenizer.ggml.token_type')?.numbers(), 'tokenizer.ggml.token_type')
  if (kinds.length !== tokens.length)
    throw ggufUnusable('vocabulary-differs', {
      what: 'tokenizer.ggml.token_type',
      count: kinds.length,
      expected: tokens.length,
    })
  const pre = fields.text('tokenizer.ggml.pre') ?? ''
  const added = addedTokens(tokens, kinds)
  const bos = tokenOf(fields, tokens, 'tokenizer.ggml.bos_token_id')
  const eos = tokenOf(fields, tokens, 'tokenizer.ggml.eos_token_id')
  const eot = tokenOf(fields, tokens, 'tokenizer.ggml.eot_token_id')
  return {
    size: tokens.length,
    tokenizer,
    ...(bos && { bos }),
    ...(eos && { eos }),
    ...(eot && { eot }),
    addBos: fields.flag('tokenizer.ggml.add_bos_token') ?? (tokenizer === 'llama' || BEGINNING.has(pre)),
    // A text must be cut at all of these, so that nobody can write one in it.
    addedTokens: [...new Set([...added, ...[bos, eos, eot].flatMap((token) => (token ? [token.content] : []))])],
    endTokens: ENDS.filter((content) => added.includes(content)),
  }
}

function addedTokens(tokens: MetadataArray, kinds: readonly number[]): readonly string[] {
  const added: string[] = []
  for (const [index, kind] of kinds.entries()) {
    const bytes = tokens.bytes(index)
    const isAdded = kind === UNKNOWN || kind === CONTROL || kind === USER_DEFINED
    // Of 150,000 tokens, only possible matches of the names above are read.
    if (bytes.length === 0 || (!isAdded && !looksLikeEnd(bytes))) continue
    const content = tokens.text(index, 'tokenizer.ggml.tokens')
    if (!isAdded && !ENDS.includes(content)) continue
    if (isAdded && bytes.length > LONGEST_CONTENT)
      throw ggufUnusable('text-too-long', {
        what: `${content.slice(0, 32)}…`,
        bytes: bytes.length,
        most: LONGEST_CONTENT,
      })
    added.push(content)
  }
  if (added.length > MOST_ADDED)
    throw ggufUnusable('count-too-large', { what: 'tokenizer.ggml.token_type', count: added.length, most: MOST_ADDED })
  return added
}

/** `<` or `_<` at its beginning, `>` at its end. */
function looksLikeEnd(bytes: Uint8Array): boolean {
  const first = bytes[0] === 0x5f ? bytes[1] : bytes[0]
  return bytes.length <= LONGEST_CONTENT && first === 0x3c && bytes.at(-1) === 0x3e
}

function tokenOf(fields: Fields, tokens: MetadataArray, key: string): Token | undefined {
  const id = fields.integer(key, 0, tokens.length - 1)
  const content = id === undefined ? '' : tokens.text(id, key)
  return id === undefined || content === '' ? undefined : { id, content }
}
