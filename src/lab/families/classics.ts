import type { Family } from '../question'

type Made = ReturnType<Family>
const fixed = (text: string, answer: string, tolerance?: number): (() => Made) => {
  const made = { text, answer, ...(tolerance !== undefined && { tolerance }) }
  return () => made
}

/** Questions that people have tried on models for years; where they have numbers, they are other ones each time. */
export const classics: Family = (random, level, language) => {
  const isEn = language === 'en'
  const cage = (): Made => {
    const [chickens, rabbits] = [random.between(2, 10 * level), random.between(2, 10 * level)]
    const [heads, legs] = [String(chickens + rabbits), String(2 * chickens + 4 * rabbits)]
    return {
      text: isEn
        ? `Chickens and rabbits are in a cage. There are ${heads} heads and ${legs} legs. How many rabbits are there?`
        : `鸡兔同笼，共有${heads}个头，${legs}只脚。兔有几只？`,
      answer: String(rabbits),
    }
  }
  const well = (): Made => {
    const [up, down] = [random.between(3, 5), random.between(1, 2)]
    const depth = random.between(8, 20 + 5 * level)
    const days = 1 + Math.max(0, Math.ceil((depth - up) / (up - down)))
    const [height, climb, slip] = [String(depth), String(up), String(down)]
    return {
      text: isEn
        ? `A snail is at the bottom of a well of ${height} metres. Each day it climbs ${climb} metres, and each night it slips back ${slip}. On which day does it reach the top? Give the number of the day.`
        : `一只蜗牛在${height}米深的井底。它白天往上爬${climb}米，夜里滑下${slip}米。它在第几天爬到井口？`,
      answer: String(days),
    }
  }
  const siblings = (): Made => {
    const [brothers, sisters] = [random.between(2, 6), random.between(2, 6)]
    return {
      text: isEn
        ? `Alice has ${String(brothers)} brothers and ${String(sisters)} sisters. How many sisters does one of her brothers have?`
        : `爱丽丝有${String(brothers)}个兄弟和${String(sisters)}个姐妹。她的一个兄弟有几个姐妹？`,
      answer: String(sisters + 1),
    }
  }
  return random.pick([
    cage,
    well,
    siblings,
    fixed(isEn ? "How many r's are in strawberry?" : 'strawberry里有几个r？', '3'),
    fixed(isEn ? 'Which is larger, 9.11 or 9.9?' : '9.11和9.9哪个大？', '9.9'),
    fixed(
      isEn
        ? 'A bat and a ball cost 1.10 euros together. The bat costs 1 euro more than the ball. How many euros does the ball cost?'
        : '球拍和球一共1.10元，球拍比球贵1元。球多少元？',
      '0.05',
      0.0001,
    ),
    fixed(
      isEn
        ? 'If 5 machines need 5 minutes for 5 parts, how many minutes do 100 machines need for 100 parts?'
        : '5台机器5分钟做5个零件，100台机器做100个零件要几分钟？',
      '5',
    ),
    fixed(
      isEn
        ? 'A patch of lily pads doubles in size every day. It covers the lake on day 48. On which day did it cover half of the lake? Give the number of the day.'
        : '一片睡莲的面积每天翻一倍，第48天铺满整个湖。第几天铺满半个湖？',
      '47',
    ),
  ])()
}
