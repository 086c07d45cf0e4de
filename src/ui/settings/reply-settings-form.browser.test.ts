import { createRawSnippet, flushSync } from 'svelte'
import { beforeEach, describe, expect, it } from 'vitest'
import { m } from '../../i18n'
import type { ReplySettings } from '../../shared/reply-settings'
import { presets } from '../../state/presets.svelte'
import { all, draw, eventually, key, one, press, textOf, write } from '../ui.fixture'
import ChatSettingsDialog from './ChatSettingsDialog.svelte'
import ReplySettingsForm from './ReplySettingsForm.svelte'

const EVERYTHING = { topK: true, minP: true, seed: true, thought: true }

/** The form over settings that follow it, as on a page. `passed` has the values that the form handed on. */
function open(given: { value?: ReplySettings; inherited?: ReplySettings; engineHas?: typeof EVERYTHING } = {}) {
  const passed: ReplySettings[] = []
  const { props, target } = draw(ReplySettingsForm, {
    value: given.value ?? {},
    inherited: given.inherited ?? {},
    engineHas: given.engineHas ?? EVERYTHING,
    onchange: (next: ReplySettings) => {
      passed.push(next)
      props.value = next
    },
  })
  return { props, target, passed, last: () => passed.at(-1) }
}

function choose(name: string, value: string): void {
  const select = one<HTMLSelectElement>(name)
  select.value = value
  select.dispatchEvent(new Event('change', { bubbles: true }))
  flushSync()
}

const field = (name: string) => one<HTMLInputElement>(`setting-${name}`)
const problems = () => all('setting-problem').map(({ textContent }) => textContent)

beforeEach(() => {
  for (const { id } of presets.items) presets.remove(id)
  presets.forgetRemoved()
})

describe('ReplySettingsForm', () => {
  it.each([
    ['temperature', '0.6', 0.6, ['2.1', '-0.1', 'hot', '1e1'], '0', '2'],
    ['topP', '.95', 0.95, ['0', '1.01'], '0', '1'],
    ['topK', '40', 40, ['1.5', '1001', '-1'], '0', '1,000'],
    ['minP', '0,05', 0.05, ['1.1'], '0', '1'],
    ['seed', '４２', 42, ['4294967296', '0.5'], '0', '4,294,967,295'],
    ['repetitionPenalty', '1.1', 1.1, ['0.4', '2.5'], '0.5', '2'],
    ['presencePenalty', '-2', -2, ['-2.1', '3'], '-2', '2'],
    ['frequencyPenalty', '+0.5', 0.5, ['2.01'], '-2', '2'],
    ['longestAnswer', '500', 500, ['0', '131073', '12.5'], '1', '131,072'],
  ] as const)('takes what %s may be, and passes on nothing else', (name, text, value, wrong, least, most) => {
    const { passed, last } = open({ value: { instructions: 'Be brief.' } })
    write(`setting-${name}`, text)
    expect(last()).toEqual({ instructions: 'Be brief.', [name]: value })
    expect(field(name).value).toBe(text)
    const before = passed.length
    for (const typed of wrong) {
      write(`setting-${name}`, typed)
      expect(field(name).value).toBe(typed)
      expect(field(name).getAttribute('aria-invalid')).toBe('true')
      const [problem = ''] = problems()
      expect(problem).toContain(least)
      expect(problem).toContain(most)
    }
    expect(passed).toHaveLength(before)
    write(`setting-${name}`, '')
    expect([last(), problems()]).toEqual([{ instructions: 'Be brief.' }, []])
  })

  it('ties a problem to its field for screen readers, and forgets both with the reset', async () => {
    const { last } = open({ value: { temperature: 0.7 } })
    write('setting-temperature', '9')
    const about = field('temperature').getAttribute('aria-describedby')?.split(' ') ?? []
    expect(about.map((id) => document.getElementById(id)?.textContent)).toContain(problems()[0])
    press('setting-temperature-reset')
    expect([field('temperature').value, problems(), last()]).toEqual(['', [], {}])
    await eventually(() => expect(document.activeElement).toBe(field('temperature')))
    expect(all('setting-temperature-reset')).toEqual([])
  })

  it('lets go of a wrong entry by the reset even where nothing was set', () => {
    const { last } = open()
    write('setting-topP', '7')
    press('setting-topP-reset')
    expect([field('topP').value, problems(), last()]).toEqual(['', [], {}])
  })

  it('keeps what is being typed: a number that is not finished, and zeros at its end', () => {
    const { last } = open()
    for (const text of ['0', '0.', '0.6', '0.60']) {
      write('setting-temperature', text)
      expect(field('temperature').value).toBe(text)
    }
    expect(last()).toEqual({ temperature: 0.6 })
  })

  it('shows what holds without a setting, and the new value when another hand changes it', () => {
    const { props } = open({ inherited: { temperature: 0.6, effort: 'short', instructions: '只用中文。' } })
    expect(field('temperature').placeholder).toBe('0.6')
    const inherited = all('inherited').map(({ textContent }) => textContent)
    for (const value of ['0.6', m.effort_short(), '只用中文。'])
      expect(inherited).toContain(m.setting_inherited({ value }))
    props.value = { temperature: 1 }
    flushSync()
    expect(field('temperature').value).toBe('1')
  })

  it('takes an effort by name or as a number of tokens', () => {
    const { last, passed } = open()
    choose('setting-effort', 'long')
    expect(last()).toEqual({ effort: 'long' })
    choose('setting-effort', 'number')
    expect(passed).toHaveLength(1)
    write('setting-effort-tokens', '0')
    expect(problems()).toHaveLength(1)
    expect(passed).toHaveLength(1)
    write('setting-effort-tokens', '300')
    expect([last(), problems()]).toEqual([{ effort: 300 }, []])
    press('setting-effort-reset')
    expect([last(), one<HTMLSelectElement>('setting-effort').value]).toEqual([{}, ''])
    expect(all('setting-effort-tokens')).toEqual([])
  })

  it('takes a language for the thought', () => {
    const { last } = open()
    choose('setting-thoughtLanguage', 'zh-CN')
    expect(last()).toEqual({ thoughtLanguage: 'zh-CN' })
    press('setting-thoughtLanguage-reset')
    expect(last()).toEqual({})
  })

  it('counts instructions, and keeps too long ones in the field without passing them on', () => {
    const { last, passed } = open()
    write('setting-instructions', '用中文回答。')
    expect(last()).toEqual({ instructions: '用中文回答。' })
    const long = 'x'.repeat(20_001)
    write('setting-instructions', long)
    expect([field('instructions').value.length, passed.length]).toEqual([20_001, 1])
    expect(problems()).toEqual([m.setting_too_long({ most: '20,000' })])
    press('setting-instructions-reset')
    expect([field('instructions').value, last(), problems()]).toEqual(['', {}, []])
  })

  it('makes up a seed', () => {
    const { last } = open()
    press('setting-seed-random')
    const seed = last()?.seed
    expect(field('seed').value).toBe(String(seed))
    press('setting-seed-random')
    expect(last()?.seed).not.toBe(seed)
  })

  it('has no use for what the engine does not offer, and says so', () => {
    open({ engineHas: { topK: false, minP: false, seed: true, thought: true } })
    expect(['topK', 'minP', 'seed'].map((name) => field(name).disabled)).toEqual([true, true, false])
    expect(all('.setting').filter(({ textContent }) => textContent.includes(m.setting_not_offered()))).toHaveLength(2)
  })

  it('resets all, and takes that back', () => {
    const { last } = open({ value: { seed: 1, topP: 0.5 } })
    write('setting-temperature', '7')
    press('settings-reset-all')
    expect([last(), field('temperature').value]).toEqual([{}, ''])
    press('settings-undo')
    expect(last()).toEqual({ seed: 1, topP: 0.5 })
    expect(all('settings-undo')).toEqual([])
  })

  it('saves a preset under a name that no other has, and applies it', () => {
    const { last, props } = open({ value: { temperature: 0 } })
    expect(all('preset')).toEqual([])
    press('preset-save-as')
    write('preset-name', 'Strict')
    key('preset-name', 'Enter')
    expect(presets.items.map(({ value }) => value)).toEqual([{ name: 'Strict', settings: { temperature: 0 } }])
    props.value = { seed: 3 }
    flushSync()
    press('preset-save-as')
    write('preset-name', 'Strict')
    expect(one<HTMLButtonElement>('preset-save').disabled).toBe(true)
    expect(textOf('.presets [role=alert]')).toBe(m.preset_taken())
    expect(key('preset-name', 'Escape').defaultPrevented).toBe(true)
    expect(all('preset-name')).toEqual([])
    press('preset-apply')
    expect(last()).toEqual({ temperature: 0 })
    expect(field('temperature').value).toBe('0')
    press('settings-undo')
    expect(last()).toEqual({ seed: 3 })
  })

  it('saves no empty preset', () => {
    open()
    expect(one<HTMLButtonElement>('preset-save-as').disabled).toBe(true)
  })

  it('fits a narrow phone', () => {
    const { target } = draw(
      ReplySettingsForm,
      { value: { seed: 4_294_967_295, effort: 12 }, inherited: {}, engineHas: EVERYTHING, onchange: () => undefined },
      '18rem',
    )
    expect(target.scrollWidth).toBeLessThanOrEqual(target.clientWidth)
  })
})

describe('of a model that does not think', () => {
  it('has nothing about thoughts', () => {
    open({ engineHas: { ...EVERYTHING, thought: false } })
    expect(all('setting-effort')).toEqual([])
    expect(all('setting-thoughtLanguage')).toEqual([])
    expect(all('setting-seed')).toHaveLength(1)
  })
})

describe('ChatSettingsDialog', () => {
  it('is modal, is named for this chat, leads to the defaults, and gives the focus back', () => {
    const before = document.createElement('button')
    document.body.append(before)
    before.focus()
    const context = createRawSnippet(() => ({ render: () => '<p>1,024 tokens</p>' }))
    const { props } = draw(ChatSettingsDialog, {
      value: {},
      inherited: {},
      engineHas: EVERYTHING,
      onchange: (next: ReplySettings) => (props.value = next),
      context,
      open: false,
    })
    props.open = true
    flushSync()
    const dialog = one<HTMLDialogElement>('chat-settings')
    expect(dialog.matches(':modal')).toBe(true)
    expect(document.getElementById(dialog.getAttribute('aria-labelledby') ?? '')?.textContent).toBe(m.chat_settings())
    expect(one<HTMLAnchorElement>('chat-settings-defaults').hash).toBe('#/settings/chat')
    write('setting-seed', '5')
    expect(props.value).toEqual({ seed: 5 })
    press('chat-settings-close')
    expect([dialog.open, props.open, document.activeElement === before]).toEqual([false, false, true])
  })
})
