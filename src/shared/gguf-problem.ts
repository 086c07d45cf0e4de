import { AppError, type ErrorDetails } from './errors'

/** Why a file cannot be used as a model. ui/models/gguf-text.ts has a sentence for each. */
export const GGUF_PROBLEMS = [
  // The file is something else.
  'unreadable',
  'empty',
  'lfs-pointer',
  'web-page',
  'safetensors',
  'pytorch',
  'zip',
  'old-ggml',
  'not-gguf',
  // A GGUF file of another kind or version.
  'big-endian',
  'version',
  'split',
  'adapter',
  'projector',
  'not-a-model',
  'vocabulary-only',
  'no-chat-model',
  // A file that is cut or damaged.
  'cut-header',
  'cut-tensors',
  'count-too-large',
  'header-too-long',
  'text-too-long',
  'text-invalid',
  'number-too-large',
  'array-too-deep',
  'value-unknown',
  'repeated',
  'alignment-invalid',
  'dimensions-invalid',
  'tensor-misplaced',
  'tensor-overlaps',
  'field-missing',
  'field-wrong',
  'vocabulary-differs',
  'numbers-invalid',
  // A file that is newer than the engine, or made for something else.
  'architecture-unknown',
  'tensor-type-unknown',
  'tokenizer-unknown',
  'too-large',
  'no-kernels',
  // Its chat template.
  'template-missing',
  'template-too-long',
  'template-broken',
  'template-too-slow',
  'template-too-much',
  'template-irregular',
  'template-endless',
] as const

export type GgufProblem = (typeof GGUF_PROBLEMS)[number]

/**
 * @param about facts for the sentence: `what` (a key, a tensor, a type, the output of a template), and counts by their
 *   names. The caller that knows the file's name adds it.
 */
export function ggufUnusable(reason: GgufProblem, about: ErrorDetails = {}): AppError {
  const facts = Object.entries(about).map(([name, value]) => `${name} ${value}`)
  return new AppError('gguf-unusable', `The file cannot be used as a model: ${[reason, ...facts].join(', ')}.`, {
    retry: 'never',
    details: { reason, ...about },
  })
}
