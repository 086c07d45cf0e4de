import { byLevel, type Family, type Language } from '../question'

const DAY = 24 * 60
const time = (minutes: number) => {
  const inDay = ((minutes % DAY) + DAY) % DAY
  return `${String(Math.floor(inDay / 60))}:${String(inDay % 60).padStart(2, '0')}`
}

const during = (minutes: number, language: Language) => {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (language === 'zh-CN')
    return [hours > 0 ? `${String(hours)}小时` : '', rest > 0 ? `${String(rest)}分钟` : ''].join('')
  const parts = [hours > 0 ? `${String(hours)} h` : '', rest > 0 ? `${String(rest)} min` : '']
  return parts.filter(Boolean).join(' ')
}

/** A time so much later or earlier, by the 24-hour clock; from level 4 on over several parts of a trip. */
export const clocks: Family = (random, level, language) => {
  const start = random.between(0, DAY - 1)
  const most = byLevel(level, [45, 150, 600, 300, 900])
  const parts = Array.from({ length: byLevel(level, [1, 1, 1, 2, 4]) }, () => random.between(5, most))
  const isLater = level < 3 || random.toss()
  const total = parts.reduce((sum, part) => sum + part, 0)
  const told = parts.map((part) => during(part, language))
  const answer = time(isLater ? start + total : start - total)
  const clock = time(start)
  const isOne = parts.length === 1
  if (language === 'en') {
    const [takes, took] = isOne ? ['It takes', 'It took'] : ['Its parts take', 'Its parts took']
    const asked = isLater
      ? `A trip starts at ${clock}. ${takes} ${told.join(', ')}. At what time does it end?`
      : `A trip ended at ${clock}. ${took} ${told.join(', ')}. At what time did it start?`
    return { text: `${asked} Use the 24-hour clock.`, answer }
  }
  const [begins, ends] = isLater ? ['开始', '结束'] : ['结束', '开始']
  const takes = isOne ? '用时' : '各段用时分别为'
  return {
    text: `一次旅行在${clock}${begins}，${takes}${told.join('、')}。它在几点${ends}？请用24小时制回答。`,
    answer,
  }
}
