import { getLocale, m } from '../../i18n'
import type { ErrorRecord } from '../../shared/errors'
import { GGUF_PROBLEMS, type GgufProblem } from '../../shared/gguf-problem'
import { errorText } from '../error-text'
import { Format } from '../format'

interface Facts {
  readonly file: string
  readonly what: string
  readonly type: string
  readonly version: string
  readonly parts: string
  readonly count: string
  readonly expected: string
  readonly bytes: string
  readonly needed: string
  readonly missing: string
}

const TEXTS: Readonly<Record<GgufProblem, (facts: Facts) => string>> = {
  unreadable: m.gguf_unreadable,
  empty: m.gguf_empty,
  'lfs-pointer': m.gguf_lfs_pointer,
  'web-page': m.gguf_web_page,
  safetensors: m.gguf_safetensors,
  pytorch: m.gguf_pytorch,
  zip: m.gguf_zip,
  'old-ggml': m.gguf_old_ggml,
  'not-gguf': m.gguf_not_gguf,
  'big-endian': m.gguf_big_endian,
  version: m.gguf_version,
  split: m.gguf_split,
  adapter: m.gguf_adapter,
  projector: m.gguf_projector,
  'not-a-model': m.gguf_not_a_model,
  'vocabulary-only': m.gguf_vocabulary_only,
  'no-chat-model': m.gguf_no_chat_model,
  'cut-header': m.gguf_cut_header,
  'cut-tensors': m.gguf_cut_tensors,
  'count-too-large': m.gguf_count_too_large,
  'header-too-long': m.gguf_header_too_long,
  'text-too-long': m.gguf_text_too_long,
  'text-invalid': m.gguf_text_invalid,
  'number-too-large': m.gguf_number_too_large,
  'array-too-deep': m.gguf_array_too_deep,
  'value-unknown': m.gguf_value_unknown,
  repeated: m.gguf_repeated,
  'alignment-invalid': m.gguf_alignment_invalid,
  'dimensions-invalid': m.gguf_dimensions_invalid,
  'tensor-misplaced': m.gguf_tensor_misplaced,
  'tensor-overlaps': m.gguf_tensor_overlaps,
  'field-missing': m.gguf_field_missing,
  'field-wrong': m.gguf_field_wrong,
  'vocabulary-differs': m.gguf_vocabulary_differs,
  'numbers-invalid': m.gguf_numbers_invalid,
  'architecture-unknown': m.gguf_architecture_unknown,
  'tensor-type-unknown': m.gguf_tensor_type_unknown,
  'tokenizer-unknown': m.gguf_tokenizer_unknown,
  'too-large': m.gguf_too_large,
  'no-kernels': m.gguf_no_kernels,
  'template-missing': m.gguf_template_missing,
  'template-too-long': m.gguf_template_too_long,
  'template-broken': m.gguf_template_broken,
  'template-too-slow': m.gguf_template_too_slow,
  'template-too-much': m.gguf_template_too_much,
  'template-irregular': m.gguf_template_irregular,
  'template-endless': m.gguf_template_endless,
}

/**
 * The problem of a GGUF file, and what to do, in the person's language. It has a sentence for every reason, so it is
 * kept out of error-text.ts and of the first paint.
 */
export function ggufText(error: Pick<ErrorRecord, 'code' | 'details'>): string {
  const { details } = error
  const reason = GGUF_PROBLEMS.find((one) => one === details['reason'])
  if (error.code !== 'gguf-unusable' || !reason) return errorText(error)
  const format = new Format(getLocale())
  const text = (name: string) => String(details[name] ?? '')
  const number = (name: string) => (name in details ? format.count(Number(details[name])) : '')
  const size = (name: string) => (name in details ? format.bytes(Number(details[name])) : '')
  return TEXTS[reason]({
    file: text('file'),
    what: text('what'),
    type: text('type'),
    version: text('version'),
    parts: text('parts'),
    count: number('count'),
    expected: number('expected'),
    bytes: size('bytes'),
    needed: size('neededBytes'),
    missing: size('missingBytes'),
  })
}
