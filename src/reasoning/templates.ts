import type { ModelManifest } from '../models/manifest'

/** The control tokens around turns, and how a reply begins. */
export interface ChatTemplate {
  readonly begin: string
  readonly user: string
  readonly assistant: string
  readonly end: string
  /** Tokens after `assistant` that open the thought; the text after them is the thought's. */
  readonly openThought: { readonly token: string; readonly text: string }
}

/** Chat templates by the name that manifests use. */
export const TEMPLATES: Readonly<Record<ModelManifest['template'], ChatTemplate>> = {
  // From tokenizer_config.json of deepseek-ai/DeepSeek-R1-Distill-*: no system turn, and the thought is opened for the model.
  'deepseek-r1': {
    begin: '<｜begin▁of▁sentence｜>',
    user: '<｜User｜>',
    assistant: '<｜Assistant｜>',
    end: '<｜end▁of▁sentence｜>',
    openThought: { token: '<think>', text: '\n' },
  },
}
