import { afterEach, describe, expect, it, vi } from 'vitest'
import { m } from '../i18n'
import type { FitReason } from '../models/fit'
import { AppError } from '../shared/errors'
import { reasonText, selfTestText, speedText, verdictText } from './fit-text'

const language = vi.hoisted(() => ({ now: 'en' }))
vi.mock('../i18n/paraglide/runtime', async (original) => ({
  ...(await original<object>()),
  getLocale: () => language.now,
}))
vi.mock('../i18n/paraglide/messages', async (original) => {
  const { m } = await original<{ m: Record<string, (inputs: object, options: object) => string> }>()
  const spoken = Object.entries(m).map(([key, text]) => [
    key,
    (inputs: object = {}) => text(inputs, { locale: language.now }),
  ])
  return { m: Object.fromEntries(spoken) as object }
})

const REASONS: readonly FitReason[] = [
  { kind: 'wrong-results' },
  { kind: 'missing-feature', feature: 'shader-f16' },
  { kind: 'small-limit', limit: 'maxStorageBufferBindingSize', has: 134_217_728, needs: 272_498_688 },
  { kind: 'small-limit', limit: 'maxStorageBuffersPerShaderStage', has: 8, needs: 10 },
  { kind: 'little-memory', has: 1e9, needs: 5.1e9 },
  { kind: 'scarce-memory', has: 5.3e9, needs: 5.1e9 },
  { kind: 'small-machine', has: 4 * 1024 ** 3, needs: 5.1e9 },
  { kind: 'memory-unknown', needs: 5.1e9 },
  { kind: 'software-adapter' },
  { kind: 'slow', tokensPerSecond: 1.24 },
]
const VERDICT = { passed: true, prompts: 20, adapter: 'x', browserVersion: 'y', at: 0 }
const DIFFERENCE = { prompt: 2, token: 11, expected: 5, got: 6 }

const WRONG = { ...VERDICT, passed: false, firstDifference: DIFFERENCE }

const nothing = { progress: undefined, error: undefined, verdicts: {} }
const gone = new AppError('device-lost', 'gone', { retry: 'now' })
const selfTests = () => [
  selfTestText(nothing),
  selfTestText({ ...nothing, progress: { done: 3, total: 20 }, verdicts: { f32: VERDICT } }),
  selfTestText({ ...nothing, error: gone, verdicts: { f32: VERDICT } }),
  selfTestText({ ...nothing, verdicts: { f32: VERDICT } }),
  selfTestText({ ...nothing, verdicts: { f32: WRONG } }),
  selfTestText({ ...nothing, verdicts: { f32: VERDICT, f16: WRONG } }),
  selfTestText({ ...nothing, verdicts: { f32: WRONG, f16: VERDICT } }),
]
const allTexts = () => [
  ...(['fits', 'tight', 'unknown', 'no'] as const).map((verdict) => verdictText({ verdict })),
  ...REASONS.map(reasonText),
  speedText({ speed: { tokensPerSecond: 12.3, answerTokens: 1500, answerMinutes: 2.03 } }) ?? '',
  ...selfTests(),
]

afterEach(() => {
  language.now = 'en'
})

describe.each([
  { locale: 'en', end: /[.]$/ },
  { locale: 'zh-CN', end: /[。]$/ },
])('in $locale', ({ locale, end }) => {
  it('every text is whole sentences, of its own, with every value filled in', () => {
    language.now = locale
    const texts = allTexts()
    for (const text of texts) {
      expect(text).toMatch(end)
      expect(text).not.toMatch(/[{}]|undefined|NaN/)
    }
    // the two limits share one sentence
    expect(new Set(texts).size).toBe(texts.length)
    expect(/\p{Script=Han}/u.test(texts.join(''))).toBe(locale === 'zh-CN')
  })
})

describe('the numbers', () => {
  it('are bytes where a limit counts bytes, and things where it counts things', () => {
    expect(REASONS.slice(2, 4).map(reasonText)).toEqual([
      m.fit_small_limit({ limit: 'maxStorageBufferBindingSize', has: '134.2 MB', needs: '272.5 MB' }),
      m.fit_small_limit({ limit: 'maxStorageBuffersPerShaderStage', has: '8', needs: '10' }),
    ])
  })

  it('are those that a person can compare', () => {
    expect(reasonText({ kind: 'little-memory', has: 1.5e9, needs: 5.1e9 })).toBe(
      m.fit_little_memory({ needs: '5.1 GB', has: '1.5 GB' }),
    )
    expect(reasonText({ kind: 'small-machine', has: 4 * 1024 ** 3, needs: 5.1e9 })).toBe(
      m.fit_small_machine({ needs: '5.1 GB', has: '4' }),
    )
    expect(speedText({ speed: { tokensPerSecond: 12.3, answerTokens: 1500, answerMinutes: 2 } })).toBe(
      m.fit_speed({ rate: '12', duration: '2m 0s' }),
    )
    expect(speedText({})).toBeUndefined()
  })
})

describe('the self-test', () => {
  it('counts prompts and tokens from one, and says what went wrong elsewhere in the words for it', () => {
    const [, running, failed, passed, wrong, wrongF16, wrongF32] = selfTests()
    const where = { prompt: '3', token: '12' }
    expect(running).toBe(m.self_test_running({ done: '3', total: '20' }))
    expect(failed).toBe(m.self_test_failed({ reason: m.error_device_lost() }))
    expect(passed).toBe(m.self_test_passed({ prompts: '20' }))
    expect([wrong, wrongF16, wrongF32]).toEqual([
      m.self_test_wrong(where),
      m.self_test_wrong_f16(where),
      m.self_test_wrong_f32(where),
    ])
  })

  it('names the precision in which a device computes wrongly, unless it is wrong in all that it offers', () => {
    const [wrong] = selfTests().slice(4)
    expect(selfTestText({ ...nothing, verdicts: { f32: WRONG, f16: WRONG } })).toBe(wrong)
    expect(selfTestText({ ...nothing, error: gone, verdicts: { f32: WRONG } })).toBe(wrong)
    expect(selfTestText({ ...nothing, verdicts: { f32: VERDICT, f16: VERDICT } })).toBe(
      m.self_test_passed({ prompts: '40' }),
    )
  })
})
