/** A share with its bounds. */
export interface Share {
  readonly right: number
  readonly total: number
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The 97.5 % quantile of the normal distribution, for intervals of 95 %. */
const Z = 1.959964

/** A share with Wilson's score interval of 95 % (Wilson 1927), which is sound for few questions and for all right, too. */
export function wilson(right: number, total: number): Share {
  if (total === 0) return { right, total, value: 0, low: 0, high: 1 }
  const value = right / total
  const weight = 1 + Z ** 2 / total
  const middle = (value + Z ** 2 / (2 * total)) / weight
  const half = (Z / weight) * Math.sqrt((value * (1 - value)) / total + Z ** 2 / (4 * total ** 2))
  return { right, total, value, low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}

/** The middle of some numbers; undefined if there are none. */
export function median(numbers: readonly number[]): number | undefined {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return low === undefined || high === undefined ? undefined : (low + high) / 2
}

/**
 * McNemar's exact test: how probable it is that two equally good models differ at least as much as these do, by chance
 * (McNemar 1947; the binomial form).
 *
 * @param onlyA questions that only the first answered rightly
 * @param onlyB questions that only the second answered rightly
 */
export function mcnemar(onlyA: number, onlyB: number): number {
  const differing = onlyA + onlyB
  const fewer = Math.min(onlyA, onlyB)
  // Binomial coefficients times 2^-n in logarithms, because they pass what a number holds.
  let log = -differing * Math.LN2
  let tail = 0
  for (let k = 0; k <= fewer; k += 1) {
    tail += Math.exp(log)
    log += Math.log(differing - k) - Math.log(k + 1)
  }
  return Math.min(1, 2 * tail)
}
