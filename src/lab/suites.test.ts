import { describe, expect, it } from 'vitest'
import { finalValue } from '../reasoning/final-value'
import { SOLVERS } from './families/solvers.fixture'
import { isRight } from './grade'
import { FAMILIES, LANGUAGES, LEVELS } from './question'
import { FIRST_COUNT, familiesOf, firstSuite, generate } from './suites'

const SEEDS = Array.from({ length: 500 }, (_, at) => at * 7919)

describe.each(FAMILIES)('questions about %s', (family) => {
  it.each(LANGUAGES)('are answered alike by another solver, in %s', (language) => {
    const wrong: string[] = []
    for (const seed of SEEDS)
      for (const question of generate({ families: [family], levels: LEVELS, language, count: 5, seed })) {
        const second = SOLVERS[family](question.text)
        if (!isRight(question, second)) wrong.push(`${question.text} -> ${question.answer}, not ${second}`)
      }
    expect(wrong.slice(0, 3)).toEqual([])
  })

  it('have answers that are found in a reply, and wrong ones that are refused', () => {
    for (const language of LANGUAGES)
      for (const question of generate({ families: [family], levels: LEVELS, language, count: 25, seed: 5 })) {
        expect(isRight(question, finalValue(`So the value is \\boxed{${question.answer}}.`))).toBe(true)
        expect(isRight(question, finalValue(`**Answer:** ${question.answer}`))).toBe(true)
        expect(isRight(question, '123456.75')).toBe(false)
      }
  })
})

describe('generate', () => {
  const setup = { families: familiesOf('all'), levels: LEVELS, language: 'en', count: 120, seed: 3 } as const

  it('makes the same questions of the same seed, and others of another', () => {
    expect(generate(setup)).toEqual(generate(setup))
    const texts = new Set(generate(setup).map(({ text }) => text))
    const others = generate({ ...setup, seed: 4 }).filter(({ text }) => !texts.has(text))
    expect(others.length).toBeGreaterThan(90)
  })

  it('has every family and level', () => {
    const made = generate(setup)
    expect(made).toHaveLength(120)
    expect(new Set(made.map(({ family, level }) => `${String(family)} ${String(level)}`)).size).toBe(60)
  })

  it('gives as many questions as are wanted, also where there are few different ones', () => {
    const few = generate({ families: ['classics'], levels: [1], language: 'en', count: 600, seed: 1 })
    expect(few).toHaveLength(600)
  })
})

describe('the first suite', () => {
  it.each(LANGUAGES)('has twenty different questions with the right answers, in %s', (language) => {
    const questions = firstSuite(language)
    expect(questions).toHaveLength(FIRST_COUNT)
    expect(new Set(questions.map(({ text }) => text)).size).toBe(FIRST_COUNT)
    expect(questions).toMatchSnapshot()
  })
})
