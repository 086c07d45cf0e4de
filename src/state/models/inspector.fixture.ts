/** Inspects GGUF files without a worker, by the same reader and the same template. */
import { NeedMore } from '../../gguf/byte-reader'
import { chatTemplateOf } from '../../gguf/chat-template-of'
import { readGguf } from '../../gguf/facts'
import { GgufInspector } from '../../gguf/gguf-inspector'
import type { GgufProcedures } from '../../gguf/gguf-protocol'
import { serve } from '../../platform/rpc'
import { workerHere } from '../../platform/rpc.fixture'
import { assemblePrompt } from '../../reasoning/prompt'

const inspect: GgufProcedures['inspect'] = async ({ file, size }) => {
  try {
    const facts = await readGguf(file, size)
    const template = chatTemplateOf(facts, assemblePrompt)
    return { facts, template, thinks: template.thought !== undefined }
  } catch (error) {
    if (error instanceof NeedMore) return error.upTo
    throw error
  }
}

export const inspectorHere = new GgufInspector(() =>
  workerHere((scope) => {
    serve<GgufProcedures>({ inspect }, scope)
  }),
)
