import { describe, expect, it } from 'vitest'
import { readLabAddress, watchAddress } from './lab-address'

const LOOK = { play: true, present: false }
const SETTINGS = { efforts: ['normal'], votes: [1], temperatures: [], seeds: [1] }

describe('readLabAddress', () => {
  it('reads a suite with several settings', () => {
    const query =
      'suite=decimals&language=zh-CN&level=3&count=50&effort=off,256&votes=1,5&temperature=0.6&seed=7&model=nano'
    expect(readLabAddress(query, false)).toEqual({
      kind: 'suite',
      suite: 'decimals',
      language: 'zh-CN',
      levels: [3],
      count: 50,
      settings: { efforts: ['off', 256], votes: [1, 5], temperatures: [0.6], seeds: [7], model: 'nano' },
      look: LOOK,
    })
  })

  it('reads one question of a suite, and makes enough of them', () => {
    expect(readLabAddress('suite=letters&question=30&present=1&theme=dark&speed=8', false)).toMatchObject({
      count: 30,
      question: 30,
      look: { play: true, present: true, theme: 'dark', speed: 8 },
    })
  })

  it('reads a question of its own', () => {
    expect(readLabAddress('ask=What+is+2%2B2%3F&answer=4&play=0', false)).toEqual({
      kind: 'ask',
      text: 'What is 2+2?',
      answer: '4',
      settings: SETTINGS,
      look: { ...LOOK, play: false },
    })
  })

  it('reads what it writes', () => {
    const look = { play: true, present: true, speed: 16, theme: 'light' } as const
    const [path = '', query = ''] = watchAddress('abc', 4, look).split('?')
    expect(path).toBe('#/lab/abc')
    expect(readLabAddress(query, true)).toEqual({ kind: 'watch', at: 4, look })
  })

  it.each([
    ['', false, 'suite'],
    ['', true, 'watch'],
    ['suite=nothing', false, 'suite'],
    ['suite=first&count=501', false, 'count'],
    ['suite=first&count=1e2', false, 'count'],
    ['suite=first&level=6', false, 'level'],
    ['suite=first&effort=huge', false, 'effort'],
    ['suite=first&votes=', false, 'votes'],
    ['suite=first&seed=1,2,3,4,5,6,7,8,9,10,11,12,13', false, 'seed'],
    ['suite=first&temperature=3', false, 'temperature'],
    ['suite=first&suite=all', false, 'suite'],
    ['suite=first&model=../x', false, 'model'],
    ['suite=first&toString=1', false, 'toString'],
    ['ask=2', false, 'answer'],
    [`ask=${'x'.repeat(2001)}&answer=1`, false, 'ask'],
    ['watch=0', true, 'watch'],
    ['watch=1&speed=3', true, 'speed'],
    ['watch=1&theme=red', true, 'theme'],
  ])('says what is wrong with %j', (query, run, wrong) => {
    expect(readLabAddress(query, run)).toEqual({ wrong })
  })
})
