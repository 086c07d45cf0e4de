import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BROKEN_FILES } from '../../test/fixtures/broken-gguf'
import { ggufOf, smallModel } from '../../test/fixtures/gguf'
import { assemblePrompt } from '../reasoning/prompt'
import { AppError } from '../shared/errors'
import { GGUF_PROBLEMS } from '../shared/gguf-problem'
import { chatTemplateOf } from './chat-template-of'
import { readGguf } from './facts'

async function inspect(bytes: Uint8Array<ArrayBuffer>): Promise<unknown> {
  try {
    return chatTemplateOf(await readGguf(new Blob([bytes])), assemblePrompt)
  } catch (error) {
    return error
  }
}

/** The longest time of the processor for one file, in ms; a page would wait no longer. */
const PATIENCE_MS = 2000

/** The time of the processor that this process has used, in ms: other work on the machine does not count. */
const cpuTime = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

describe('a file that is no model', () => {
  it.each(Object.entries(BROKEN_FILES))(
    'is refused with its reason: %s',
    async (_, { bytes, reason, details = {} }) => {
      const start = cpuTime()
      expect(await inspect(bytes)).toMatchObject({
        code: 'gguf-unusable',
        retry: 'never',
        details: { reason, ...details },
      })
      expect(cpuTime() - start).toBeLessThan(PATIENCE_MS)
    },
  )

  it('has every reason but those of a disk, of a device’s memory and of its GPU', () => {
    const reasons = new Set(Object.values(BROKEN_FILES).map(({ reason }) => reason))
    expect(GGUF_PROBLEMS.filter((reason) => !reasons.has(reason))).toEqual([
      'unreadable',
      'numbers-invalid',
      'too-large',
      'no-kernels',
    ])
  })

  it('is refused where it cannot be read any more', async () => {
    const gone = Object.assign(new Blob(['GGUF']), {
      slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }),
    })
    await expect(readGguf(gone as unknown as Blob)).rejects.toThrow(
      expect.objectContaining({ details: { reason: 'unreadable' } }),
    )
  })
})

describe('any file', () => {
  const whole = ggufOf(smallModel())

  it('that begins like a GGUF is read or refused, and quickly', async () => {
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(whole.length), async (bytes, cut) => {
        const copy = whole.slice()
        for (const [at, byte] of bytes) copy[at] = byte
        const start = cpuTime()
        for (const file of [copy, copy.slice(0, cut)]) {
          const found = await inspect(file)
          if (found instanceof AppError) expect(GGUF_PROBLEMS).toContain(found.details['reason'])
          else expect(found).not.toBeInstanceOf(Error)
        }
        expect(cpuTime() - start).toBeLessThan(PATIENCE_MS)
      }),
      { numRuns: 400 },
    )
  })

  it('is read or refused whatever follows the version', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (rest) => {
        const found = await inspect(new Uint8Array([...new TextEncoder().encode('GGUF'), 3, 0, 0, 0, ...rest]))
        expect(found).toMatchObject({ code: 'gguf-unusable' })
      }),
      { numRuns: 400 },
    )
  })

  it('is read up to where its weights begin, and a little further', async () => {
    const tokens = Array.from({ length: 60_000 }, (_, index) => `token ${index}`)
    const change = { 'tokenizer.ggml.tokens': tokens, 'tokenizer.ggml.token_type': tokens.map(() => 1) }
    const bytes = ggufOf({
      ...smallModel({ change }),
      tensors: [{ name: 'token_embd.weight', dimensions: [32, tokens.length], bytes: 128 * tokens.length }],
    })
    let read = 0
    const file = new Blob([bytes])
    const counted = {
      size: file.size,
      slice: (start: number, end: number) => {
        read += Math.min(end, file.size) - start
        return file.slice(start, end)
      },
    }
    await readGguf(counted as unknown as Blob)
    // The weights have 7.7 MB.
    expect(read).toBeLessThan(6 * 1024 * 1024)
  })
})
