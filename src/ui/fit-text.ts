import { getLocale, m } from '../i18n'
import type { Fit, FitReason, Verdict } from '../models/fit'
import type { SelfTest } from '../state/models/self-test.svelte'
import { errorText } from './error-text'
import { Format } from './format'

const GIBIBYTE = 1024 ** 3

/** WebGPU's limits that count bytes; all others count things. */
const LIMITS_IN_BYTES: ReadonlySet<string> = new Set([
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
])

const VERDICTS: Readonly<Record<Verdict, () => string>> = {
  fits: m.fit_fits,
  tight: m.fit_tight,
  unknown: m.fit_unknown,
  no: m.fit_no,
}

/** Whether this device can run a model, in one sentence. */
export function verdictText({ verdict }: Pick<Fit, 'verdict'>): string {
  return VERDICTS[verdict]()
}

/** The reason against a model, and what to do about it. */
export function reasonText(reason: FitReason): string {
  const format = new Format(getLocale())
  switch (reason.kind) {
    case 'wrong-results':
      return m.fit_wrong_results()
    case 'missing-feature':
      return m.fit_missing_feature({ feature: reason.feature })
    case 'small-limit': {
      const { limit, has, needs } = reason
      const amount = (value: number) => (LIMITS_IN_BYTES.has(limit) ? format.bytes(value) : format.count(value))
      return m.fit_small_limit({ limit, has: amount(has), needs: amount(needs) })
    }
    case 'little-memory':
      return m.fit_little_memory({ has: format.bytes(reason.has), needs: format.bytes(reason.needs) })
    case 'scarce-memory':
      return m.fit_scarce_memory({ has: format.bytes(reason.has), needs: format.bytes(reason.needs) })
    case 'small-machine':
      // Memory is sold and named in powers of two: 4 GiB of main memory are "4 GB" to everyone.
      return m.fit_small_machine({ has: format.count(reason.has / GIBIBYTE), needs: format.bytes(reason.needs) })
    case 'memory-unknown':
      return m.fit_memory_unknown({ needs: format.bytes(reason.needs) })
    case 'software-adapter':
      return m.fit_software()
    case 'slow':
      return m.fit_slow({ rate: format.rate(reason.tokensPerSecond) })
  }
}

/** The highest possible speed of a model here; undefined until the bandwidth has been measured. */
export function speedText({ speed }: Pick<Fit, 'speed'>): string | undefined {
  if (!speed) return undefined
  const format = new Format(getLocale())
  return m.fit_speed({
    rate: format.rate(speed.tokensPerSecond),
    duration: format.duration(speed.answerMinutes * 60_000),
  })
}

type SelfTestFacts = Pick<SelfTest, 'progress' | 'error' | 'verdicts'>

/** The progress or the result of the self-test, in one word. */
export function selfTestState({ progress, error, verdicts }: SelfTestFacts) {
  if (progress) return 'running'
  const { f32, f16 } = verdicts
  if (f32?.passed === false) return f16?.passed ? 'wrong-f32' : 'wrong'
  if (f16?.passed === false) return f32 ? 'wrong-f16' : 'wrong'
  if (error) return 'failed'
  return (f32 ?? f16) ? 'passed' : 'unknown'
}

/** The progress or the result of the self-test. A wrong result comes first, because it decides how models run here. */
export function selfTestText(facts: SelfTestFacts): string {
  const { progress, error, verdicts } = facts
  const count = (number: number | undefined) => (number === undefined ? '?' : new Format(getLocale()).count(number))
  const known = [verdicts.f32, verdicts.f16].filter((verdict) => verdict !== undefined)
  const wrong = known.find(({ passed }) => !passed)?.firstDifference
  const where = { prompt: count(wrong && wrong.prompt + 1), token: count(wrong && wrong.token + 1) }
  switch (selfTestState(facts)) {
    case 'running':
      return m.self_test_running({ done: count(progress?.done), total: count(progress?.total) })
    case 'wrong':
      return m.self_test_wrong(where)
    case 'wrong-f16':
      return m.self_test_wrong_f16(where)
    case 'wrong-f32':
      return m.self_test_wrong_f32(where)
    case 'failed':
      return m.self_test_failed({ reason: error ? errorText(error) : '' })
    case 'unknown':
      return m.self_test_unknown()
    case 'passed':
      return m.self_test_passed({ prompts: count(known.reduce((sum, { prompts }) => sum + prompts, 0)) })
  }
}
