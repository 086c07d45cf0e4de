import { byLevel, type Family } from '../question'

const money = (cents: number) => (cents / 100).toFixed(2)

/** Unit prices: what so many cost, and from level 3 on what one costs in the cheaper of several packs. */
export const prices: Family = (random, level, language) => {
  const isEn = language === 'en'
  if (level < 3) {
    const inPack = random.between(2, 12)
    const each = random.between(1, byLevel(level, [20, 400, 0, 0, 0])) * byLevel(level, [25, 1, 1, 1, 1])
    const wanted = random.between(2, byLevel(level, [12, 60, 0, 0, 0]))
    const [pack, price, count] = [String(inPack), money(each * inPack), String(wanted)]
    return {
      text: isEn
        ? `${pack} pens cost ${price} euros. How many euros do ${count} pens cost at the same price each?`
        : `${pack}支笔卖${price}元。按同样的单价，${count}支笔要多少元？`,
      answer: money(each * wanted),
      tolerance: 0.005,
    }
  }
  const packs = Array.from({ length: level - 1 }, () => {
    const grams = random.between(2, 40) * 50
    return { grams, cents: Math.round((grams / 100) * random.between(40, 400)) }
  })
  // Cents for 100 grams.
  const best = Math.min(...packs.map(({ grams, cents }) => (cents * 100) / grams))
  const told = packs.map(({ grams, cents }) =>
    isEn ? `${String(grams)} g for ${money(cents)} euros` : `${String(grams)}克${money(cents)}元`,
  )
  return {
    text: isEn
      ? `A shop sells rice in these packs: ${told.join('; ')}. How many euros do 100 g cost in the pack with the lowest price per gram? Round to cents.`
      : `商店里的大米有这几种包装：${told.join('；')}。单价最低的包装，每100克多少元？保留两位小数。`,
    answer: money(best),
    tolerance: 0.0051,
  }
}
