import { Wllama } from '@wllama/wllama/esm/index.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ggufOf, type GgufTensor } from '../../../test/fixtures/gguf'
import { PromptEncoder } from '../prompt-tokens'
import { furtherEncoder } from './load'
import { pieceDecoder } from './pieces'
import { RUNTIME_URLS } from './runtime'

const CONTROL = ['<unk>', '<s>', '</s>', '<|user|>', '<|end|>']
const BYTES = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
const LETTERS = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index))
const WORDS = ['▁', ...LETTERS, '▁a', 'ab', '▁ab', 'bc', 'abc', '▁abc', '▁▁']
const TOKENS = [...CONTROL, ...BYTES, ...WORDS]

/** The smallest model with a SentencePiece vocabulary; its weights are zeros. */
function model(): Uint8Array<ArrayBuffer> {
  const [width, inner] = [32, 64]
  const i32 = (value: number) => ({ type: 'i32', value }) as const
  const kindOf = (index: number) =>
    index === 0 ? 2 : index < CONTROL.length ? 3 : index < CONTROL.length + 256 ? 6 : 1
  const tensors: GgufTensor[] = Object.entries({
    'token_embd.weight': [width, TOKENS.length],
    'output.weight': [width, TOKENS.length],
    'output_norm.weight': [width],
    ...Object.fromEntries(
      Object.entries({
        'attn_norm.weight': [width],
        'attn_q.weight': [width, width],
        'attn_k.weight': [width, width],
        'attn_v.weight': [width, width],
        'attn_output.weight': [width, width],
        'ffn_norm.weight': [width],
        'ffn_gate.weight': [width, inner],
        'ffn_up.weight': [width, inner],
        'ffn_down.weight': [inner, width],
      }).map(([name, dimensions]) => [`blk.0.${name}`, dimensions]),
    ),
  }).map(([name, dimensions]) => ({ name, dimensions }))
  return ggufOf({
    metadata: {
      'general.architecture': 'llama',
      'llama.block_count': 1,
      'llama.context_length': 256,
      'llama.embedding_length': width,
      'llama.feed_forward_length': inner,
      'llama.attention.head_count': 4,
      'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-5 },
      'tokenizer.ggml.model': 'llama',
      'tokenizer.ggml.tokens': TOKENS,
      'tokenizer.ggml.scores': TOKENS.map((token) => ({ type: 'f32', value: token.length }) as const),
      'tokenizer.ggml.token_type': TOKENS.map((_, index) => i32(kindOf(index))),
      'tokenizer.ggml.bos_token_id': 1,
      'tokenizer.ggml.eos_token_id': 2,
      'tokenizer.ggml.unknown_token_id': 0,
    },
    tensors,
  })
}

describe('a SentencePiece tokenizer, which puts a space before each text', () => {
  const quiet = () => undefined
  const logger = { debug: quiet, log: quiet, warn: quiet, error: quiet }
  const wllama = new Wllama({ 'single-thread/wllama.wasm': RUNTIME_URLS.single }, { logger })
  const encode = (text: string) => wllama.tokenize(text)
  let encoder: PromptEncoder
  beforeAll(async () => {
    await wllama.loadModel([new Blob([model()])], { n_ctx: 64, n_threads: 1 })
    const { n_vocab } = wllama.getLoadedContextInfo()
    const decode = pieceDecoder((await wllama.getVocab()).slice(-n_vocab))
    encoder = new PromptEncoder(encode, CONTROL, await furtherEncoder(encode, decode))
  }, 60_000)
  afterAll(async () => {
    await wllama.exit()
  })

  const user = { kind: 'token', content: '<|user|>' } as const
  const text = (words: string) => ({ kind: 'text', text: words }) as const

  it('puts it behind a control token and nowhere else, as the model’s own does with the whole prompt', async () => {
    // A line break is a piece of its own, so that both ways may cut there.
    expect(await encode('a')).not.toEqual(await encode(' a'))
    expect(await encoder.parts([user, text('user\n'), text('abc'), user, text('abc')])).toEqual(
      await encode('<|user|>user\nabc<|user|>abc'),
    )
    expect(await encoder.parts([user, text('user\n'), text(' abc  a')])).toEqual(await encode('<|user|>user\n abc  a'))
  })

  it('puts none into a text that is cut so that it becomes no control token', async () => {
    const ids = await encoder.parts([user, text('ab<|end|>c')])
    expect(ids).not.toContain(CONTROL.indexOf('<|end|>'))
    const pieces = ids.slice(1).map((id) => TOKENS[id] ?? '')
    const words = pieces.map((piece) => (/^<0x/.test(piece) ? String.fromCharCode(Number(piece.slice(1, -1))) : piece))
    expect(words.join('')).toBe('▁ab<|end|>c')
  })
})
