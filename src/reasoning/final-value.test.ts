import { describe, expect, it } from 'vitest'
import { finalValue } from './final-value'

describe('finalValue', () => {
  it.each([
    ['So \\(x = 3\\).\n\n\\[\\boxed{3}\\]', '3'],
    ['First \\boxed{1}, then **\\boxed{\\dfrac{1}{2}}**.', '\\frac{1}{2}'],
    ['\\boxed{\\text{Tuesday}}', 'Tuesday'],
    ['$\\boxed{1{,}234}$ and later 99', '1234'],
    ['\\boxed{12,345\\%}', '12345%'],
    ['Put it within \\boxed{}. It is 7.', '7'],
    ['Put it in \\boxed{5}, not in \\boxed{} or \\boxed{6', '5'],
    ['\\boxed{\\{1, 2\\}}', '\\{1, 2\\}'],
  ])('takes the last box: %s', (answer, value) => {
    expect(finalValue(answer)).toBe(value)
  })

  it.each([
    ['We get 5 and 6.\n\n**Final Answer:** 11 apples', '11'],
    ['**Final Answer**\n\nThe train arrives at **9:30**', '9:30'],
    ['## Final Answer\n\n$42$', '42'],
    ['最终答案：**35**', '35'],
    ['答案是 B', 'B'],
    ['Answer: Paris', 'Paris'],
    ['The answer is (C).', 'C'],
  ])('else what is stated: %s', (answer, value) => {
    expect(finalValue(answer)).toBe(value)
  })

  it.each([
    ['**9.9** is larger than 9.11.', '9.9'],
    ['**6.6** 比 14.59 小。', '6.6'],
    ['12 + 30 = **42**, so 42 of 50', '42'],
    ['No: 88.8 is **larger** than 88.2.', '88.2'],
    ['It is **3** or **4**, so 7.', '7'],
    ['There are **5** boxes.\n\n5 × 4 = 20', '20'],
  ])('else the one number in bold on the last line: %s', (answer, value) => {
    expect(finalValue(answer)).toBe(value)
  })

  it.each([
    ['12 + 30 = 42', '42'],
    ['It costs $1,234.50 in all.', '1234.50'],
    ['所以一共有 23 只鸡和 12 只兔子。', '12'],
    ['It is −5 degrees', '-5'],
    ['The chance is 3 / 8.', '3/8'],
    ['1. Add 4\n2. Done', '4'],
    ['I choose option B', 'B'],
    ['应该选C。', 'C'],
    ['A man has 3 apples', '3'],
    ['```\nx = 9\n```\nIt is 8.', '8'],
  ])('else the last number or letter: %s', (answer, value) => {
    expect(finalValue(answer)).toBe(value)
  })

  it.each(['', 'I do not know.', 'A sentence about B-trees'])('else nothing: %s', (answer) => {
    expect(finalValue(answer)).toBeUndefined()
  })
})
