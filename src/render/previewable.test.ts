import { describe, expect, it } from 'vitest'
import { previewable } from './previewable'

describe('what can be previewed', () => {
  it.each([
    ['html', '<p>x</p>', 'html'],
    ['HTML', '<p>x</p>', 'html'],
    ['html title="a"', '<p>x</p>', 'html'],
    ['js', '1 + 1', 'javascript'],
    ['javascript', '1 + 1', 'javascript'],
    ['svg', '<svg viewBox="0 0 1 1"/>', 'svg'],
    ['xml', '<svg/>', 'svg'],
    ['xml', '<svg></svg>', 'svg'],
    ['xml', '<?xml version="1.0"?>\n<!-- a -->\n<!DOCTYPE svg PUBLIC "a" "b">\n<svg\nwidth="1"></svg>', 'svg'],
    ['xml', '<note><svg></svg></note>', undefined],
    ['xml', '<svgish></svgish>', undefined],
    ['svg', 'a drawing', undefined],
    ['html', ' \n', undefined],
    ['typescript', '1', undefined],
    ['json', '{}', undefined],
    ['', '<p>x</p>', undefined],
    ['constructor', 'x', undefined],
  ])('%s of %j is %s', (language, text, kind) => {
    expect(previewable(language, text)).toBe(kind)
  })
})
