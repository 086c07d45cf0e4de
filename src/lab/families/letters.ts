import { byLevel, type Family } from '../question'

const SHORT = [
  'apple',
  'banana',
  'letter',
  'summer',
  'bottle',
  'pepper',
  'cheese',
  'rabbit',
  'yellow',
  'coffee',
  'kitten',
  'button',
]
const MIDDLE = [
  'strawberry',
  'blueberry',
  'raspberry',
  'committee',
  'pineapple',
  'chocolate',
  'umbrella',
  'crocodile',
  'butterfly',
  'happiness',
  'tomorrow',
  'assessment',
]
const LONG = [
  'mississippi',
  'bookkeeping',
  'accommodation',
  'refrigerator',
  'intelligence',
  'international',
  'representation',
  'incomprehensible',
  'responsibilities',
  'electroencephalogram',
  'counterrevolutionary',
  'misunderstanding',
]

/** How often a letter occurs; longer words, then several words. */
export const letters: Family = (random, level, language) => {
  const words = byLevel<() => readonly string[]>(level, [
    () => [random.pick(SHORT)],
    () => [random.pick(MIDDLE)],
    () => [random.pick(LONG)],
    () => random.shuffled([...MIDDLE, ...LONG]).slice(0, 2),
    () => random.shuffled([...MIDDLE, ...LONG]).slice(0, 4),
  ])()
  const text = words.join(' ')
  // Now and then a letter that is not there.
  const letter =
    random.between(1, 8) === 1 ? random.pick(Array.from('aeiorstn')) : random.pick(Array.from(text.replaceAll(' ', '')))
  const answer = String(text.split(letter).length - 1)
  if (words.length === 1)
    return {
      text:
        language === 'en'
          ? `How many times does the letter ${letter} appear in the word ${text}?`
          : `单词 ${text} 里有几个字母 ${letter}？`,
      answer,
    }
  return {
    text:
      language === 'en'
        ? `How many times does the letter ${letter} appear in all of these words together: ${words.join(', ')}?`
        : `下面这些单词里一共有几个字母 ${letter}：${words.join('、')}？`,
    answer,
  }
}
