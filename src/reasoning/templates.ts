import type { ModelManifest, TemplateName } from '../models/manifest'
import type { ChatTemplate, Mark, PromptPart } from '../shared/chat-template'

const token = (content: string): PromptPart => ({ kind: 'token', content })
const text = (words: string): PromptPart => ({ kind: 'text', text: words })

const THINK = { open: '<think>', close: '</think>' } as const

/** An empty thought. Some models of both families do not think, and have no tokens for a thought. */
const EMPTY_THOUGHT: Mark = [
  { kind: 'token', content: THINK.open, optional: true },
  text('\n\n'),
  { kind: 'token', content: THINK.close, optional: true },
  text('\n\n'),
]

/** Chat templates by the name that manifests use. */
export const TEMPLATES: Readonly<Record<TemplateName, ChatTemplate>> = {
  // From tokenizer_config.json of deepseek-ai/DeepSeek-R1-Distill-*, and DeepSeek's advice to open the thought.
  'deepseek-r1': {
    begin: [token('<｜begin▁of▁sentence｜>')],
    user: { before: [token('<｜User｜>')], after: [] },
    assistant: { before: [token('<｜Assistant｜>')], after: [token('<｜end▁of▁sentence｜>')] },
    openThought: [token('<think>'), text('\n')],
    noThought: EMPTY_THOUGHT,
    thought: THINK,
    stop: ['<｜end▁of▁sentence｜>'],
  },
  // From tokenizer_config.json of Qwen/Qwen3-*, thinking enabled; both stop tokens are from generation_config.json.
  qwen3: {
    begin: [],
    system: { before: [token('<|im_start|>'), text('system\n')], after: [token('<|im_end|>'), text('\n')] },
    user: { before: [token('<|im_start|>'), text('user\n')], after: [token('<|im_end|>'), text('\n')] },
    assistant: { before: [token('<|im_start|>'), text('assistant\n')], after: [token('<|im_end|>'), text('\n')] },
    noThought: EMPTY_THOUGHT,
    thought: THINK,
    stop: ['<|im_end|>', '<|endoftext|>'],
  },
}

/** The chat template of a model: one it names, or its own. */
export const templateOf = ({ template }: Pick<ModelManifest, 'template'>): ChatTemplate =>
  typeof template === 'string' ? TEMPLATES[template] : template
