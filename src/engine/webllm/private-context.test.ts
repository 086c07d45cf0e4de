import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

/** Of the class that private-context.ts was written for. */
const READ = '37ea1356013ca3202a7cf32148ea1e16e2dee60dd7524ef2bf3fa95a311a33f4'

it('was written for the context of this WebLLM', () => {
  const source = readFileSync(fileURLToPath(import.meta.resolve('@mlc-ai/web-llm')), 'utf8')
  const [, text = ''] = /^(\s*class WebGPUContext \{\n[^]*?^\s*)class LRUCache/m.exec(source) ?? []
  expect(text.length).toBeGreaterThan(20_000)
  expect(
    createHash('sha256').update(text).digest('hex'),
    'tvmjs’s WebGPUContext has changed: read it, compare private-context.ts, kernel.ts and private-pipeline.ts with it, and note its checksum here',
  ).toBe(READ)
})
