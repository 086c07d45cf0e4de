import { beforeEach, describe, expect, it } from 'vitest'
import { BROKEN_FILES } from '../../../test/fixtures/broken-gguf'
import { chooseLocale } from '../../i18n'
import { GGUF_PROBLEMS, ggufUnusable } from '../../shared/gguf-problem'
import { ggufText } from './gguf-text'

describe.each(['en', 'zh-CN'] as const)('what is said of a file in %s', (locale) => {
  beforeEach(() => chooseLocale(locale))

  it('is another sentence for each reason, and names the file', () => {
    const texts = GGUF_PROBLEMS.map((reason) => ggufText(ggufUnusable(reason, { file: 'small.gguf' })))
    expect(new Set(texts).size).toBe(GGUF_PROBLEMS.length)
    for (const text of texts) expect(text).toContain('small.gguf')
  })

  it('has the numbers of the matter', () => {
    const { 'weights that break off': cut } = BROKEN_FILES
    const bytes = { bytes: 900_000_000, neededBytes: 1_117_320_000, missingBytes: 217_320_000 }
    const text = ggufText(ggufUnusable(cut?.reason ?? 'empty', { file: 'm.gguf', ...bytes }))
    expect(text).toContain('1.12')
    expect(text).toContain('217.3')
  })

  it('is the usual sentence for anything else', () => {
    expect(ggufText({ code: 'network', details: { file: 'm.gguf' } })).toContain('m.gguf')
    expect(ggufText({ code: 'gguf-unusable', details: { file: 'm.gguf', reason: 'of tomorrow' } })).toContain(
      'of tomorrow',
    )
  })
})
