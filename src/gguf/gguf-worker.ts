/**
 * The worker that looks at a GGUF file somebody brought. It runs the file's chat template, a program of whoever made the file, on
 * words of our own: here it has no network, no document and nothing of anybody's, and can be ended at any time.
 */
import { forbidNetwork } from '../engine/no-network'
import { assemblePrompt } from '../reasoning/prompt'
import { toAppError } from '../shared/errors'
import { NeedMore } from './byte-reader'
import { chatTemplateOf } from './chat-template-of'
import { readGguf } from './facts'
import type { FromGguf, GgufModel, ToGguf } from './gguf-protocol'

forbidNetwork(globalThis)

async function inspect({ file, size }: ToGguf): Promise<GgufModel> {
  const facts = await readGguf(file, size)
  post({ type: 'read' })
  const template = chatTemplateOf(facts, assemblePrompt)
  return { facts, template, thinks: template.thought !== undefined }
}

function post(message: FromGguf): void {
  self.postMessage(message)
}

self.onmessage = ({ data }: MessageEvent<ToGguf>) => {
  inspect(data).then(
    (model) => {
      post({ type: 'done', model })
    },
    (error: unknown) => {
      if (error instanceof NeedMore) post({ type: 'more', upTo: error.upTo })
      else post({ type: 'failed', error: toAppError(error).toRecord() })
    },
  )
}
