/** The cost of steering a thought. */
import { call, round } from './measuring.mjs'

/** @typedef {import('./measuring.mjs').Page} Page */
/** @typedef {import('./measuring.mjs').Result} Result */

/** @param {Page} bench @returns {Promise<Result[]>} */
export async function steering(bench) {
  const { policies, answerNow, continuing } = await call(bench, 'steering')
  return [
    {
      name: 'decode, every policy watching / none',
      value: policies.off / policies.on,
      goal: '>= 0.98',
      detail: `${String(round(policies.on))} / ${String(round(policies.off))} ms a token`,
    },
    {
      name: 'tokens that "answer now" forces',
      value: answerNow.forced,
      goal: '<= 16',
      detail: `${String(round(answerNow.steps))} decode steps' time from the wish to the answer's first token, batches of 16 ms included`,
    },
    {
      name: 'prefilled to go on with a reply / what the KV cache lacks',
      value: continuing.prefilled / continuing.lacking,
      goal: '<= 1.05',
      detail: `${String(continuing.prefilled)} / ${String(continuing.lacking)} tokens`,
    },
  ]
}
