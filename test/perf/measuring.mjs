/** Parts that all benchmarks share. */
export const ROUNDS = 5

/** @typedef {import('playwright').Page} Page */
/** @typedef {{ name: string, value: number, goal: string, detail: string }} Result */

/** @param {readonly number[]} values */
export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

/** @param {number} value */
export const round = (value) => Number(value.toPrecision(3))

/**
 * Runs a measurement of bench.fixture.ts.
 * @param {Page} page @param {'bareLoad' | 'bareRate' | 'download' | 'longDecode' | 'longTasks' | 'overheadBegin' | 'overheadDecode' | 'overheadLoad' | 'plainFetch' | 'smollm' | 'steering' | 'tokenCost' | 'warmLoad'} name
 * @param {...unknown} args
 * @returns {Promise<any>} what that function returns
 */
export const call = (page, name, ...args) => page.evaluate(`globalThis.bench.${name}(...${JSON.stringify(args)})`)
