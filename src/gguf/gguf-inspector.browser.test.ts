/** The real worker, behind the page's side of it. */
import { afterEach, describe, expect, it } from 'vitest'
import { BROKEN_FILES } from '../../test/fixtures/broken-gguf'
import { ggufOf, smallModel } from '../../test/fixtures/gguf'
import { GgufInspector } from './gguf-inspector'
import ggufWorkerUrl from './gguf-worker?worker&url'

const workers: Worker[] = []
const inspector = new GgufInspector(() => {
  const worker = new Worker(ggufWorkerUrl, { type: 'module' })
  workers.push(worker)
  return worker
})
afterEach(() => {
  workers.length = 0
})

const file = (bytes: Uint8Array<ArrayBuffer>) => new File([bytes], 'small.gguf')
const NEVER = new AbortController().signal

describe('GgufInspector', () => {
  it('says what a file is and how to talk to it', async () => {
    const model = await inspector.inspect(file(ggufOf(smallModel())), NEVER)
    expect(model).toMatchObject({
      facts: { name: 'Small', architecture: 'qwen2' },
      template: { stop: ['<|im_end|>', '<|endoftext|>'] },
      thinks: false,
    })
  })

  it('refuses with a reason and the name of the file', async () => {
    await expect(inspector.inspect(new File(['<!doctype html>'], 'model.gguf'), NEVER)).rejects.toThrow(
      expect.objectContaining({
        code: 'gguf-unusable',
        retry: 'never',
        details: expect.objectContaining({ reason: 'web-page', file: 'model.gguf' }) as unknown,
      }),
    )
  })

  it('asks a new worker for each file', async () => {
    for (const bytes of [ggufOf(smallModel()), ggufOf(smallModel({ jinja: '{{' }))])
      await inspector.inspect(file(bytes), NEVER).catch(() => undefined)
    expect(workers).toHaveLength(2)
  })

  it('gives up with the signal’s reason, without a worker where it was aborted before', async () => {
    const reason = new Error('enough')
    await expect(inspector.inspect(file(ggufOf(smallModel())), AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(workers).toHaveLength(0)
    const abort = new AbortController()
    const inspecting = inspector.inspect(file(ggufOf(smallModel())), abort.signal)
    abort.abort(reason)
    await expect(inspecting).rejects.toBe(reason)
  })

  it('refuses all that is no model, each with its reason and soon', { timeout: 60_000 }, async () => {
    for (const [name, { bytes, reason, details = {} }] of Object.entries(BROKEN_FILES)) {
      const start = performance.now()
      const refusal: unknown = await inspector.inspect(file(bytes), NEVER).catch((error: unknown) => error)
      expect(refusal, name).toMatchObject({
        code: 'gguf-unusable',
        details: { reason, file: 'small.gguf', ...details },
      })
      // The worker is given twenty seconds.
      expect(performance.now() - start, name).toBeLessThan(10_000)
    }
  })

  it('ends a worker whose file does not let it come to an end', { timeout: 20_000 }, async () => {
    const stuck = new GgufInspector(() => {
      const code =
        "onmessage = ({ data: { call } }) => { postMessage({ type: 'progress', call, progress: 'read' }); for (;;); }"
      return new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })))
    })
    const start = performance.now()
    await expect(stuck.inspect(file(ggufOf(smallModel())), NEVER)).rejects.toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ reason: 'template-too-slow', file: 'small.gguf' }) as unknown,
      }),
    )
    expect(performance.now() - start).toBeLessThan(5000)
  })

  it('says so where its worker cannot be started', async () => {
    const gone = new GgufInspector(() => new Worker('/no-such-worker.js', { type: 'module' }))
    await expect(gone.inspect(file(ggufOf(smallModel())), NEVER)).rejects.toThrow(
      expect.objectContaining({ code: 'unexpected', retry: 'now' }),
    )
  })
})
