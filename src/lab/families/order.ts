import type { Family, Language } from '../question'

const NAMES: Record<Language, readonly string[]> = {
  en: ['Anna', 'Ben', 'Clara', 'David', 'Emma', 'Frank', 'Grace', 'Henry'],
  'zh-CN': ['小安', '小白', '小陈', '小丁', '小方', '小高', '小韩', '小江'],
}

/** People in a row by height: the comparisons of neighbours in any order, some of them turned round. */
export const order: Family = (random, level, language) => {
  const people = random.shuffled(NAMES[language]).slice(0, level + 2)
  const facts = people.slice(1).map((shorter, at) => {
    const taller = people[at] ?? ''
    if (language === 'en')
      return random.toss() ? `${taller} is taller than ${shorter}.` : `${shorter} is shorter than ${taller}.`
    return random.toss() ? `${taller}比${shorter}高。` : `${shorter}比${taller}矮。`
  })
  const place = random.between(0, people.length - 1)
  const asked = people[place] ?? ''
  const told = random.shuffled(facts).join(language === 'en' ? ' ' : '')
  return {
    text:
      language === 'en'
        ? `${told} How many of these people are taller than ${asked}?`
        : `${told}这些人里有几个人比${asked}高？`,
    answer: String(place),
  }
}
