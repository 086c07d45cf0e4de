import { flushSync } from 'svelte'
import { describe, expect, it } from 'vitest'
import { chooseLocale, m } from '../../i18n'
import {
  all,
  AppError,
  appears,
  draw,
  english,
  eventually,
  gate,
  LANGUAGES,
  one,
  openState,
  press,
  textOf,
} from '../ui.fixture'
import ModelStatus from './ModelStatus.svelte'
import Welcome from './Welcome.svelte'

/** Another model in the place of Nano. */
function larger() {
  const { model } = openState()
  model.use({ ...model.source, id: 'stranger', name: 'Stranger 7B', builtIn: false })
  return model
}

describe('Welcome', () => {
  it.each(LANGUAGES)('offers four different questions in %s and asks the one that is pressed', (language) => {
    chooseLocale(language)
    const asked: string[] = []
    draw(Welcome, { model: openState().model, onask: (question: string) => asked.push(question) })
    const offered = all('suggestion').map(({ textContent }) => textContent)
    expect(new Set(offered).size).toBe(4)
    all('suggestion')[1]?.click()
    expect(asked).toEqual([m.suggestion_compare()])
    expect(one('main ul').getAttribute('aria-label')).toBe(m.suggestions_label())
    expect(textOf('.about')).toBe(m.welcome_nano())
  })

  it.each(LANGUAGES)(
    'speaks in %s of the model that will answer, and offers what that answers well',
    async (language) => {
      chooseLocale(language)
      const model = larger()
      const asked: string[] = []
      draw(Welcome, { model, onask: (question: string) => asked.push(question) })
      await appears('suggestion')
      expect(textOf('.about')).toBe(m.welcome_larger({ name: 'Stranger 7B' }))
      expect(one('welcome').dataset['modelId']).toBe('stranger')
      expect(new Set(all('suggestion').map(({ textContent }) => textContent)).size).toBe(4)
      press('suggestion')
      expect(asked).toEqual([m.suggestion_larger_maths()])
    },
  )

  it.each(LANGUAGES)('fits a phone in %s', async (language) => {
    chooseLocale(language)
    for (const model of [openState().model, larger()]) {
      const { target } = draw(Welcome, { model, onask: () => undefined }, '18rem')
      await eventually(() => expect(all('suggestion', target)).toHaveLength(4))
      expect(target.scrollWidth).toBeLessThanOrEqual(target.clientWidth)
    }
  })
})

describe('ModelStatus', () => {
  const open = () => {
    const page = openState()
    draw(ModelStatus, { model: page.model, format: english })
    return page
  }
  const state = () => one('model').dataset['state']

  it('leads to the models, and goes from absent over loading to ready', async () => {
    const { model, engine } = open()
    expect(one('model').getAttribute('href')).toBe('#/models')
    expect([state(), textOf('model')]).toEqual(['absent', m.model_absent({ name: 'Nano' })])
    const wait = gate()
    engine.loading = wait.opened
    model.warmUp()
    flushSync()
    expect(state()).toBe('loading')
    wait.open()
    await eventually(() => expect(model.state).toBe('ready'))
    flushSync()
    expect([state(), textOf('model')]).toEqual(['ready', m.model_ready({ name: 'Nano' })])
    expect(all('progress[max]')).toEqual([])
  })

  it.each([
    ['download', () => m.model_download({ name: 'Nano', done: english.bytes(5e5), total: english.bytes(1e6) })],
    ['upload', () => m.model_upload({ name: 'Nano', percent: english.percent(0.5) })],
    ['compile', () => m.model_compile({ name: 'Nano', percent: english.percent(0.5) })],
  ] as const)('measures %s', (phase, text) => {
    const { model } = open()
    model.state = 'loading'
    model.progress = { phase, done: 5e5, total: 1e6, verified: 0 }
    flushSync()
    expect(textOf('[data-testid=model] .text')).toBe(text())
    expect(one<HTMLProgressElement>('progress[max]').value).toBe(0.5)
    expect(one('progress[max]').getAttribute('aria-label')).toBe(text())
  })

  it('says that it is not loaded after a failure', async () => {
    const { model, engine } = open()
    engine.loadFailures.push(new AppError('load-failed', 'No.', { retry: 'now' }))
    model.warmUp()
    await eventually(() => expect(model.state).toBe('error'))
    flushSync()
    expect([state(), textOf('model')]).toEqual(['error', m.model_error({ name: 'Nano' })])
  })
})
