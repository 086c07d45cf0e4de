import { flushSync } from 'svelte'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { m } from '../../i18n'
import { all, draw, one, press } from '../ui.fixture'
import type ReadAloud from './ReadAloud.svelte'

/** Simulates a browser that speaks, which Chromium without a display cannot; the passages to speak wait here. */
class Voices extends EventTarget {
  list: object[] = []
  said: SpeechSynthesisUtterance[] = []
  getVoices = () => this.list
  speak = (utterance: SpeechSynthesisUtterance) => void this.said.push(utterance)
  cancel = () => {
    this.said = []
  }
}

const voices = new Voices()
class Utterance {
  voice: unknown
  lang = ''
  onend = () => undefined
  onerror = () => undefined
  constructor(readonly text: string) {}
}

const voice = (lang: string, localService = true, isDefault = false) => ({
  lang,
  localService,
  default: isDefault,
  name: lang,
})

let component: typeof ReadAloud
beforeAll(async () => {
  vi.stubGlobal('speechSynthesis', voices)
  component = (await import('./ReadAloud.svelte')).default
})
beforeEach(() => {
  vi.stubGlobal('speechSynthesis', voices)
  vi.stubGlobal('SpeechSynthesisUtterance', Utterance)
})

function offer(...list: object[]) {
  voices.list = list
  voices.dispatchEvent(new Event('voiceschanged'))
  flushSync()
}

const said = () => voices.said.map(({ text, lang }) => [lang, text])

describe('ReadAloud', () => {
  it('is there only where this device has a voice for the language of the answer', () => {
    draw(component, { text: 'The answer is **42**.' })
    expect(all('read-aloud')).toEqual([])
    offer(voice('en-US', false), voice('zh-CN'))
    expect(all('read-aloud')).toEqual([])
    offer(voice('en-GB'))
    expect(one('read-aloud').getAttribute('aria-label')).toBe(m.read_aloud())
    offer()
    expect(all('read-aloud')).toEqual([])
  })

  it('reads the plain text in passages, and can be stopped', () => {
    offer(voice('en-US'), voice('en-GB', true, true))
    draw(component, { text: 'It is **42**.\n\n```\ncode\n```\n\n- yes' })
    press('read-aloud')
    expect(said()).toEqual([
      ['en-GB', 'It is 42.'],
      ['en-GB', 'yes'],
    ])
    expect(one('read-aloud').dataset['reading']).toBe('true')
    press('read-aloud')
    expect([said(), one('read-aloud').dataset['reading']]).toEqual([[], 'false'])
  })

  it('is done when the last passage has been said', () => {
    offer(voice('zh-HK'), voice('zh-CN'))
    draw(component, { text: '答案是 42。\n\n对。' })
    press('read-aloud')
    expect(said().map(([lang]) => lang)).toEqual(['zh-CN', 'zh-CN'])
    voices.said[0]?.onend?.(new Event('end') as SpeechSynthesisEvent)
    flushSync()
    expect(one('read-aloud').dataset['reading']).toBe('true')
    voices.said[1]?.onend?.(new Event('end') as SpeechSynthesisEvent)
    flushSync()
    expect(one('read-aloud').dataset['reading']).toBe('false')
  })

  it('has no use for an answer that is code alone', () => {
    offer(voice('en-US'))
    draw(component, { text: '```js\nalert(1)\n```' })
    expect(all('read-aloud')).toEqual([])
  })

  it('does not end with what was stopped before it', () => {
    offer(voice('en-US'))
    draw(component, { text: 'One.' })
    press('read-aloud')
    const [stopped] = voices.said
    press('read-aloud')
    press('read-aloud')
    stopped?.onerror?.(new Event('error') as SpeechSynthesisErrorEvent)
    flushSync()
    expect(one('read-aloud').dataset['reading']).toBe('true')
  })

  it('reads one answer at a time', () => {
    offer(voice('en-US'))
    const first = draw(component, { text: 'One.' }).target
    const second = draw(component, { text: 'Two.' }).target
    press('read-aloud', first)
    press('read-aloud', second)
    expect(said()).toEqual([['en-US', 'Two.']])
    expect([first, second].map((target) => one('read-aloud', target).dataset['reading'])).toEqual(['false', 'true'])
  })
})
