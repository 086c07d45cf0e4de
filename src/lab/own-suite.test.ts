import { describe, expect, it } from 'vitest'
import { readSuite } from './own-suite'

describe('readSuite', () => {
  it('reads JSON Lines', () => {
    expect(
      readSuite('{"question":"1+1?","answer":2}\n\n{"question":"pi?","answer":"3.14","tolerance":0.01}\n'),
    ).toEqual({
      questions: [
        { text: '1+1?', answer: '2' },
        { text: 'pi?', answer: '3.14', tolerance: 0.01 },
      ],
    })
  })

  it('reads CSV with quotes, line breaks in cells and columns in any order', () => {
    const csv = '\uFEFFAnswer,Question,Tolerance\r\n2,"One, and ""one""\r\nmore?",\r\n\r\n3.1,pi?,0.1\r\n'
    expect(readSuite(csv)).toEqual({
      questions: [
        { text: 'One, and "one"\r\nmore?', answer: '2' },
        { text: 'pi?', answer: '3.1', tolerance: 0.1 },
      ],
    })
  })

  it.each([
    ['{"question":"a","answer":"b"}\n{"question":"a"', 2, 'bad-json'],
    ['{"question":"a","answer":"b"}\n\n{"question":"a"}', 3, 'no-answer'],
    ['{"question":" ","answer":"b"}', 1, 'no-question'],
    ['{"question":"a","answer":"b","tolerance":-1}', 1, 'bad-tolerance'],
    ['question,answer\na,b\n"c\nd",e\nf,\n', 5, 'no-answer'],
    ['question,answer,tolerance\na,b,much', 2, 'bad-tolerance'],
    ['q,a\n1,2', 1, 'no-columns'],
    ['question,answer\na,b\n"c,d', 3, 'bad-quotes'],
    ['question,answer\n', 1, 'empty'],
    ['', 1, 'empty'],
    [`question,answer\n${'a,b\n'.repeat(10_001)}`, 10_002, 'too-many'],
  ])('names the line that is wrong (%#)', (text, line, problem) => {
    expect(readSuite(text)).toEqual({ line, problem })
  })
})
