/**
 * The worker that looks at a GGUF file from the user. It runs the file's chat template, a program by whoever made the
 * file, on words of our own. So it has no network, no document and no data of the user, and can be ended at any time.
 */
import { forbidNetwork } from '../engine/no-network'
import { serve } from '../platform/rpc'
import { assemblePrompt } from '../reasoning/prompt'
import { NeedMore } from './byte-reader'
import { chatTemplateOf } from './chat-template-of'
import { readGguf } from './facts'
import type { GgufProcedures } from './gguf-protocol'

forbidNetwork(globalThis)
serve<GgufProcedures>({
  inspect: async ({ file, size }, { report }) => {
    try {
      const facts = await readGguf(file, size)
      report('read')
      const template = chatTemplateOf(facts, assemblePrompt)
      return { facts, template, thinks: template.thought !== undefined }
    } catch (error) {
      if (error instanceof NeedMore) return error.upTo
      throw error
    }
  },
})
