/** What looks at GGUF files, without a worker: by the same reader and the same template. */
import { assemblePrompt } from '../reasoning/prompt'
import { toAppError } from '../shared/errors'
import { NeedMore } from '../gguf/byte-reader'
import { chatTemplateOf } from '../gguf/chat-template-of'
import { readGguf } from '../gguf/facts'
import { GgufInspector } from '../gguf/gguf-inspector'
import type { FromGguf, ToGguf } from '../gguf/gguf-protocol'

/** Stands for the worker: it answers in the same thread. */
class WorkerHere {
  onmessage: (event: { data: FromGguf }) => void = () => undefined

  postMessage({ file, size }: ToGguf): void {
    void this.#answer(file, size).then((data) => {
      this.onmessage({ data })
    })
  }

  terminate(): void {
    this.onmessage = () => undefined
  }

  async #answer(file: Blob, size: number): Promise<FromGguf> {
    try {
      const facts = await readGguf(file, size)
      const template = chatTemplateOf(facts, assemblePrompt)
      return { type: 'done', model: { facts, template, thinks: template.thought !== undefined } }
    } catch (error) {
      if (error instanceof NeedMore) return { type: 'more', upTo: error.upTo }
      return { type: 'failed', error: toAppError(error).toRecord() }
    }
  }
}

export const inspectorHere = new GgufInspector(() => new WorkerHere() as unknown as Worker)
