import type { ModelManifest } from '../models/manifest'

/** A control token, and the plain text that always follows it; empty for most. */
interface Mark {
  readonly token: string
  readonly text: string
}

/** What stands around the words of a turn. */
interface TurnMarks {
  readonly before: Mark
  readonly after?: Mark
}

/** How a conversation is written down for a model. */
export interface ChatTemplate {
  /** The control token that every prompt begins with, if there is one. */
  readonly begin?: string
  /** Around instructions; without it they stand at the beginning of the first question, as DeepSeek advises for R1. */
  readonly system?: TurnMarks
  readonly user: TurnMarks
  readonly assistant: TurnMarks
  /** Opens the thought for the model. Without it the model writes the opening tag itself, or does not think. */
  readonly openThought?: Mark
  /** The control tokens around a thought. */
  readonly thought: { readonly open: string; readonly close: string }
  /** Control tokens that end a reply. */
  readonly stop: readonly string[]
}

const mark = (token: string, text = ''): Mark => ({ token, text })

const THINK = { open: '<think>', close: '</think>' } as const

/** Chat templates by the name that manifests use. */
export const TEMPLATES: Readonly<Record<ModelManifest['template'], ChatTemplate>> = {
  // From tokenizer_config.json of deepseek-ai/DeepSeek-R1-Distill-*, and DeepSeek's advice to open the thought.
  'deepseek-r1': {
    begin: '<｜begin▁of▁sentence｜>',
    user: { before: mark('<｜User｜>') },
    assistant: { before: mark('<｜Assistant｜>'), after: mark('<｜end▁of▁sentence｜>') },
    openThought: mark('<think>', '\n'),
    thought: THINK,
    stop: ['<｜end▁of▁sentence｜>'],
  },
  // From tokenizer_config.json of Qwen/Qwen3-*, thinking enabled; both stop tokens are those of generation_config.json.
  qwen3: {
    system: { before: mark('<|im_start|>', 'system\n'), after: mark('<|im_end|>', '\n') },
    user: { before: mark('<|im_start|>', 'user\n'), after: mark('<|im_end|>', '\n') },
    assistant: { before: mark('<|im_start|>', 'assistant\n'), after: mark('<|im_end|>', '\n') },
    thought: THINK,
    stop: ['<|im_end|>', '<|endoftext|>'],
  },
}
