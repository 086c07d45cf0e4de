import { describe, expect, it } from 'vitest'
import { readSuite } from './own-suite'
import { suiteText } from './suite-text'

/** The bytes of a text of which some characters are given as bytes. */
const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part)))

describe('suiteText', () => {
  it('reads UTF-8, with a mark and without', () => {
    expect(suiteText(bytes('题目,答案\n“é”,1'))).toBe('题目,答案\n“é”,1')
    expect(suiteText(bytes([0xef, 0xbb, 0xbf], 'a,b'))).toBe('a,b')
  })

  it('reads what Excel writes in China', () => {
    // 鸡兔同笼，头35
    const question = [0xbc, 0xa6, 0xcd, 0xc3, 0xcd, 0xac, 0xc1, 0xfd, 0xa3, 0xac, 0xcd, 0xb7]
    expect(suiteText(bytes('question,answer\n', question, '35,23\n'))).toBe('question,answer\n鸡兔同笼，头35,23\n')
    // 镕 is not in GB 2312: its second byte is a letter's.
    expect(suiteText(bytes([0xe9, 0x46], question))).toBe('镕鸡兔同笼，头')
  })

  it('reads what Excel writes in the West', () => {
    expect(suiteText(bytes('f', [0xe4], 'hrt ', [0xfc], 'ber K', [0xf6], 'ln?,40'))).toBe('fährt über Köln?,40')
    expect(suiteText(bytes('caf', [0xe9], ' au lait'))).toBe('café au lait')
  })

  it('reads UTF-16 by its mark', () => {
    expect(suiteText(Uint8Array.from([0xff, 0xfe, 0x61, 0, 0x98, 0x98]))).toBe('a题')
    expect(suiteText(Uint8Array.from([0xfe, 0xff, 0, 0x61, 0x98, 0x98]))).toBe('a题')
  })
})

it('finds the columns by their Chinese names', () => {
  expect(readSuite(suiteText(bytes('答案,题目,误差\n2,1+1？,\n3.1,圆周率？,0.1')))).toEqual({
    questions: [
      { text: '1+1？', answer: '2' },
      { text: '圆周率？', answer: '3.1', tolerance: 0.1 },
    ],
  })
})
