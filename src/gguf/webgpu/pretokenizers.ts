/** How a text is split before BPE, in the terms of tokenizer.json. */
interface Pretokenizer {
  readonly steps: readonly object[]
  readonly normalizer: object | null
  readonly ignoreMerges: boolean
}

/** Qwen2, Qwen3 and DeepSeek's distillations of them: one digit a piece. The patterns are those of the models' tokenizer.json files. */
const QWEN =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
/** Llama 3: up to three digits a piece. */
const LLAMA_3 = QWEN.replace('|\\p{N}|', '|\\p{N}{1,3}|')

const byteLevel = (splits: boolean) => {
  return { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: splits }
}
const split = (pattern: string) => {
  return { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false }
}

const qwen: Pretokenizer = {
  steps: [split(QWEN), byteLevel(false)],
  normalizer: { type: 'NFC' },
  ignoreMerges: false,
}

/** By llama.cpp's names; a GGUF file has only the name, and llama.cpp the pattern. (compiler: pretokenizers.py) */
export const PRETOKENIZERS = {
  qwen2: qwen,
  'deepseek-r1-qwen': qwen,
  'llama-bpe': { steps: [split(LLAMA_3), byteLevel(false)], normalizer: null, ignoreMerges: true },
  smollm: {
    steps: [{ type: 'Digits', individual_digits: true }, byteLevel(true)],
    normalizer: null,
    ignoreMerges: false,
  },
} as const satisfies Readonly<Record<string, Pretokenizer>>

export const isPretokenizer = (name: string): name is keyof typeof PRETOKENIZERS => Object.hasOwn(PRETOKENIZERS, name)
