import { expect, it } from 'vitest'
import { tally } from './tally'

const vote = (answer: string) => ({ text: `thought</think>${answer}` })

it('puts the value that most answers end with first', () => {
  const votes = ['It is 41.', '**42**', 'no idea', 'So \\boxed{42}', 'x = 41.', '答案：42'].map(vote)
  expect(tally(votes).map(({ value, votes: of }) => [value, of.length])).toEqual([
    ['42', 3],
    ['41', 2],
    [undefined, 1],
  ])
})

it('takes the first of equal parties, and keeps who voted', () => {
  const [a, b] = [vote('7'), vote('8')]
  expect(tally([b, a])).toEqual([
    { value: '8', votes: [b] },
    { value: '7', votes: [a] },
  ])
})

it('gives a thought without an answer no say', () => {
  const stopped = { text: 'so it is 42' }
  expect(tally([stopped, stopped, vote('7')])[0]).toMatchObject({ value: '7' })
  expect(tally([])).toEqual([])
})
