// The results of the kit as a table.

/** @typedef {{ name: string, launches: number, microseconds: number, boundBytes: number }} Timing */
/** @typedef {{ context: number, milliseconds: number, kernels: Timing[], prefillTokensPerSecond: number }} Decode */
/** Models whose logits agree with numpy's, and those that do not. @typedef {{ passed: number, failed: number, output: string }} Forced */
/**
 * @typedef {{
 *   place: string, adapter: Record<string, unknown>, kernels: string, layers: number, loadMs: number,
 *   bandwidth: number, selfTest: { equal: number, prompts: number }, weightBytes: number, bytesPerPosition: number,
 *   decodes: Decode[], forced?: Forced
 * }} Run
 */

/** @param {number} value @param {number} digits */
const shown = (value, digits = 2) => (Number.isFinite(value) ? value.toFixed(digits) : '-')

/** Bytes that a launch must read, where its buffers or the context tell. @param {Run} run @param {number} context @param {Timing} timing */
function neededBytes({ bytesPerPosition, layers }, context, { name, boundBytes }) {
  if (name.startsWith('linear_decode')) return boundBytes
  return name === 'batch_decode_paged_kv' ? (bytesPerPosition * context) / layers : undefined
}

/** @param {Run} run */
function section(run) {
  const gigabytes = run.bandwidth / 1e9
  const lines = [
    `## ${run.place}: ${run.kernels}`,
    '',
    `Adapter: ${JSON.stringify(run.adapter)}.`,
    `Self-test with Nano: ${run.selfTest.equal} of ${run.selfTest.prompts} replies equal.`,
    run.forced
      ? `Forced decoding: ${run.forced.passed} of ${run.forced.passed + run.forced.failed} random models agree with numpy.`
      : 'Forced decoding: not run.',
    `A kernel that only reads: ${shown(gigabytes, 1)} GB/s. Load: ${shown(run.loadMs / 1e3, 1)} s.`,
    '',
    '| context | ms a token | limit in ms | share | prefill, tokens/s |',
    '| ------: | ---------: | ----------: | ----: | ----------------: |',
  ]
  for (const { context, milliseconds, prefillTokensPerSecond } of run.decodes) {
    const limit = ((run.weightBytes + run.bytesPerPosition * context) / run.bandwidth) * 1e3
    const share = `${shown((limit / milliseconds) * 100, 0)} %`
    lines.push(
      `| ${context} | ${shown(milliseconds)} | ${shown(limit)} | ${share} | ${shown(prefillTokensPerSecond, 0)} |`,
    )
  }
  for (const { context, kernels } of run.decodes) {
    lines.push(
      '',
      `At ${context} positions:`,
      '',
      '| kernel | launches | µs each | µs at the bandwidth | share |',
      '| ------ | -------: | ------: | ------------------: | ----: |',
    )
    for (const timing of kernels) {
      const bytes = neededBytes(run, context, timing)
      const limit = bytes === undefined ? Number.NaN : (bytes / run.bandwidth) * 1e6
      const share = bytes === undefined ? '-' : `${shown((limit / timing.microseconds) * 100, 0)} %`
      lines.push(`| ${timing.name} | ${timing.launches} | ${shown(timing.microseconds)} | ${shown(limit)} | ${share} |`)
    }
  }
  return lines.join('\n')
}

/** Everything in Markdown. @param {{ date: string, runs: Run[], failures: string[] }} results */
export function reportOf({ date, runs, failures }) {
  const failed = failures.map((failure) => `- ${failure}`)
  return ['# GPU kit', `${date}. Limits are those of the bandwidth that was measured here.`, ...runs.map(section)]
    .concat(failed.length ? ['## Failed', failed.join('\n')] : [])
    .join('\n\n')
    .concat('\n')
}
