import { flushSync } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { m } from '../../i18n'
import { all, appears, draw, eventually, one, press } from '../ui.fixture'
import Dictate from './Dictate.svelte'

/**
 * Simulates a browser that recognises speech on the device, which Chromium without a microphone cannot; the test
 * supplies the words it hears.
 */
class Recognition extends EventTarget {
  static current: Recognition | undefined
  static state = 'available'
  static installs = true
  static available = vi.fn(() => Promise.resolve(Recognition.state))
  static install = vi.fn(() => Promise.resolve(Recognition.installs))
  lang = ''
  started = false
  get processLocally() {
    return this.local
  }
  set processLocally(value: boolean) {
    this.local = value
  }
  local = false
  start() {
    this.started = true
    Recognition.current = this
  }
  stop() {
    this.dispatchEvent(new Event('end'))
  }
  hear(transcript: string, isFinal: boolean) {
    const results = [{ isFinal, 0: { transcript } }]
    this.dispatchEvent(Object.assign(new Event('result'), { results, resultIndex: 0 }))
    flushSync()
  }
  fail(error: string) {
    this.dispatchEvent(Object.assign(new Event('error'), { error }))
    this.stop()
    flushSync()
  }
}

const words: string[] = []
const onwords = (heard: string) => void words.push(heard)
const text = () => document.querySelector('[data-part=dictation]')?.textContent.trim()
const running = () => {
  if (!Recognition.current) throw new Error('Nobody listens.')
  return Recognition.current
}

beforeEach(() => {
  words.length = 0
  Recognition.current = undefined
  Recognition.state = 'available'
  Recognition.installs = true
  Recognition.install.mockClear()
  vi.stubGlobal('SpeechRecognition', Recognition)
})
afterEach(() => vi.unstubAllGlobals())

describe('Dictate', () => {
  it.each([
    ['has no recognition', undefined],
    ['recognises on servers only', class extends EventTarget {}],
  ])('is not there where the browser %s', async (_name, found) => {
    vi.stubGlobal('SpeechRecognition', found)
    draw(Dictate, { onwords })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(all('dictate')).toEqual([])
  })

  it('is not there where the device does not know the language', async () => {
    Recognition.state = 'unavailable'
    draw(Dictate, { onwords })
    await eventually(() => expect(Recognition.available).toHaveBeenCalled())
    expect(all('dictate')).toEqual([])
  })

  it('asks for recognition on the device, shows what it guesses and passes on what is certain', async () => {
    draw(Dictate, { onwords })
    await appears('dictate')
    press('dictate')
    expect([running().started, running().local, running().lang]).toEqual([true, true, 'en-US'])
    expect(text()).toBe(m.dictate_listening())
    running().hear('two plus', false)
    expect([text(), words]).toEqual(['two plus', []])
    running().hear('two plus two', true)
    expect(words).toEqual(['two plus two'])
    press('dictate')
    expect([one('dictate').dataset['state'], text()]).toEqual(['idle', undefined])
  })

  it('has the language installed first, and says where that fails', async () => {
    Recognition.state = 'downloadable'
    Recognition.installs = false
    draw(Dictate, { onwords })
    await appears('dictate')
    press('dictate')
    await eventually(() => expect(text()).toBe(m.dictate_not_installed()))
    Recognition.installs = true
    press('dictate')
    await eventually(() => expect(text()).toBe(m.dictate_listening()))
    expect(Recognition.install).toHaveBeenCalledTimes(2)
  })

  it('says when it may not listen, and when it failed, but not that nobody spoke', async () => {
    draw(Dictate, { onwords })
    await appears('dictate')
    for (const [error, said] of [
      ['not-allowed', m.dictate_no_microphone()],
      ['network', m.dictate_failed({ reason: 'network' })],
      ['no-speech', undefined],
    ] as const) {
      press('dictate')
      running().fail(error)
      expect(text()).toBe(said)
    }
  })
})
