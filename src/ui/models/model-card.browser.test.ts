import { flushSync } from 'svelte'
import { describe, expect, it } from 'vitest'
import { Notifications } from '../../state/notifications.svelte'
import { chooseLocale, m } from '../../i18n'
import { errorText } from '../error-text'
import {
  all,
  aModel,
  AppError,
  draw,
  english,
  eventually,
  LANGUAGES,
  modelList,
  one,
  press,
  textOf,
} from '../ui.fixture'
import ModelCard from './ModelCard.svelte'
import Transfer from './Transfer.svelte'

const GIGABYTE = 1000_000_000

function openCard(model = aModel(), change: Parameters<typeof modelList>[0] = {}, width?: string) {
  const { list, calls } = modelList({ models: [model], ...change })
  const drawn = draw(ModelCard, { library: list, model, format: english, locale: 'en' }, width)
  return { model, list, calls, ...drawn }
}

const buttons = () => all('.actions [data-part]').map((button) => button.dataset['part'])

describe('ModelCard', () => {
  it('offers a model that is not here, by its size', () => {
    const { calls } = openCard()
    expect(one('model-card').dataset).toMatchObject({ modelId: 'stranger', chosen: 'false' })
    expect(buttons()).toEqual(['download'])
    expect(textOf('download')).toBe(m.model_get({ size: english.bytes(GIGABYTE) }))
    expect(all('model-stored')).toEqual([])
    press('download')
    expect(calls).toEqual(['download false'])
  })

  it('goes on with one that is partly here', () => {
    openCard(aModel(400_000_000))
    expect(buttons()).toEqual(['download', 'delete'])
    expect(textOf('download')).toBe(m.model_resume({ size: english.bytes(600_000_000) }))
    expect(one('model-stored').dataset['complete']).toBe('false')
  })

  it('asks for the files of one that came as files and is not whole', () => {
    openCard(aModel(400_000_000), { canComplete: () => false })
    expect(buttons()).toEqual(['import-again', 'delete'])
    expect(textOf('import-again')).toBe(m.model_import_again())
  })

  it('asks for them once where an error has said it already', () => {
    const failed = aModel(400_000_000)
    failed.error = new AppError('import-incomplete', 'x', { retry: 'never', details: { model: 'Stranger' } })
    openCard(failed, { canComplete: () => false })
    expect(buttons()).toEqual(['delete'])
  })

  it('uses, saves, checks and deletes one that is here', () => {
    const { calls } = openCard(aModel(GIGABYTE), { canWriteFolders: true })
    expect(one('model-stored').dataset['complete']).toBe('true')
    expect(buttons()).toEqual(['use', 'save-file', 'save-folder', 'verify', 'delete'])
    for (const part of ['use', 'save-file', 'save-folder', 'verify']) press(part)
    expect(calls).toEqual(['choose', 'export file', 'export folder', 'verify'])
  })

  it.each([
    ['network', m.no_kernels_network],
    ['types', m.no_kernels_types],
    ['device', m.no_kernels_device],
  ] as const)('says why a file runs on the processor only: %s', (reason, text) => {
    openCard(aModel(GIGABYTE), { ggufKernels: { lacking: () => reason } })
    expect(textOf('no-kernels')).toBe(text())
    expect(one('no-kernels').dataset['reason']).toBe(reason)
  })

  it('says that it answers already', () => {
    const { calls } = openCard(aModel(GIGABYTE), { chosen: 'stranger' })
    expect(one('model-card').dataset['chosen']).toBe('true')
    expect(one<HTMLButtonElement>('use').disabled).toBe(true)
    expect(textOf('use')).toBe(m.model_in_use())
    press('use')
    expect(calls).toEqual([])
  })

  it('asks before it deletes, and can be told to keep it', () => {
    const { calls } = openCard(aModel(GIGABYTE))
    press('delete')
    expect(buttons()).toEqual(['delete-confirm', 'delete-cancel'])
    press('delete-cancel')
    expect(buttons()).toContain('use')
    expect(calls).toEqual([])
    press('delete')
    press('delete-confirm')
    expect(calls).toEqual(['remove'])
  })

  it('says before a deletion that another tab needs the model', async () => {
    const { calls } = openCard(aModel(GIGABYTE), { isNeededElsewhere: () => Promise.resolve(true) })
    press('delete')
    await eventually(() => expect(textOf('needed-elsewhere')).toBe(m.model_remove_needed()))
    press('delete-confirm')
    expect(calls).toEqual(['remove'])
  })

  it('shows what is being done, with one way out', () => {
    const { model } = openCard(aModel(0))
    const signal = model.begin('downloading')
    model.report({ phase: 'download', done: 250_000_000, total: GIGABYTE, verified: 0, source: 'hub.example' }, 0)
    flushSync()
    expect(one('model-card').dataset['activity']).toBe('downloading')
    expect(buttons()).toEqual(['pause'])
    expect(one('transfer').dataset).toMatchObject({ phase: 'download', done: '250000000', source: 'hub.example' })
    press('pause')
    expect(signal.aborted).toBe(true)
    model.end()
    flushSync()
    expect(all('transfer')).toEqual([])
  })

  it('offers to tell when it is done only where that can be asked for', () => {
    const model = aModel(0)
    model.begin('downloading')
    const asked: string[] = []
    const notifications = new Notifications()
    notifications.permission = 'default'
    notifications.ask = () => Promise.resolve(void asked.push('asked'))
    openCard(model, { notifications })
    expect(buttons()).toEqual(['pause', 'notify'])
    press('notify')
    expect(asked).toEqual(['asked'])
    notifications.permission = 'granted'
    flushSync()
    expect(buttons()).toEqual(['pause'])
  })

  it('tells a failure in both languages, and tries again where that helps', () => {
    const model = aModel(0)
    model.error = new AppError('server-busy', 'Busy.', { retry: 'later', details: { status: 503 } })
    for (const language of LANGUAGES) {
      chooseLocale(language)
      const { target, calls } = openCard(model)
      expect(one('notice', target).dataset['code']).toBe('server-busy')
      expect(textOf('[data-testid=notice] p', target)).toBe(errorText(model.error))
      press('notice-action', target)
      expect(calls).toEqual(['download'])
    }
    model.error = new AppError('repository-missing', 'None.', { retry: 'never' })
    flushSync()
    expect(all('notice-action')).toEqual([])
  })

  it.each([
    [0, () => m.model_checked_fine()],
    [2, () => m.model_checked_repaired({ count: '2' })],
  ])('says what a check found: %i damaged', (damaged, text) => {
    const model = aModel(GIGABYTE)
    model.checked = { damaged }
    openCard(model)
    expect(one('checked').dataset['damaged']).toBe(String(damaged))
    expect(textOf('checked')).toBe(text())
    expect(one('checked').getAttribute('role')).toBe('status')
  })

  it('says whether the device can run it, and why not, before anything is fetched', () => {
    const fit = {
      verdict: 'no',
      reasons: [
        { kind: 'little-memory', has: 1e9, needs: 2e9 },
        { kind: 'slow', tokensPerSecond: 2 },
      ],
      speed: { tokensPerSecond: 2, answerTokens: 1000, answerMinutes: 8 },
    }
    const model = aModel()
    model.refused = true
    const { calls } = openCard(model, { of: () => fit })
    expect(one('fit').dataset['verdict']).toBe('no')
    expect(all('[data-testid=fit] [data-reason]').map(({ dataset }) => dataset['reason'])).toEqual([
      'little-memory',
      'slow',
    ])
    expect(one('download').dataset['anyway']).toBe('true')
    press('download')
    expect(calls).toEqual(['download true'])
  })

  it('says that it needs a GPU where there is none', () => {
    openCard(aModel(), { device: { lacksGpu: true } })
    expect(one('fit').dataset['verdict']).toBe('no')
    expect(all('[data-reason=no-gpu]')).toHaveLength(1)
  })

  it('holds a long name and the buttons of a phone', () => {
    const { target } = openCard(aModel(GIGABYTE, 'Long-'.repeat(30)), { canWriteFolders: true }, '18rem')
    expect(target.scrollWidth).toBeLessThanOrEqual(target.clientWidth)
  })
})

describe('Transfer', () => {
  const openTransfer = (begin: (model: ReturnType<typeof aModel>) => void) => {
    const model = aModel(0)
    begin(model)
    const selfTest = { progress: undefined, error: undefined, verdicts: {} } as never
    draw(Transfer, { model, format: english, selfTest })
    return one<HTMLProgressElement>('progress[max]')
  }

  it('measures a download, and says how fast it is and what is left', () => {
    const bar = openTransfer((model) => {
      model.begin('downloading')
      for (const second of [0, 1, 2, 3, 4])
        model.report(
          { phase: 'download', done: second * 1e8, total: GIGABYTE, verified: 0, source: 'hub.example' },
          second * 1000,
        )
    })
    expect(bar.value).toBeCloseTo(0.4)
    const [where, how] = all('[data-testid=transfer] p').map(({ textContent }) => textContent)
    expect(where).toContain(english.percent(0.4))
    expect(how).toContain(m.model_speed({ speed: english.bytes(1e8) }))
    expect(how).toContain(m.model_left({ duration: english.duration(6000) }))
    expect(how).toContain(m.model_from({ source: 'hub.example' }))
  })

  it.each([
    ['examining', () => m.model_examining()],
    ['inspecting', () => m.model_inspecting()],
    ['importing', () => m.adding()],
  ] as const)('has no measure of %s, and a name for it', (activity, text) => {
    const bar = openTransfer((model) => model.begin(activity))
    expect(bar.position).toBe(-1)
    expect(bar.getAttribute('aria-label')).toBe(text())
    expect(all('[data-testid=transfer] p')).toHaveLength(1)
  })

  it.each([
    ['verifying', m.model_checking],
    ['exporting', m.model_copying],
  ] as const)('says how far %s has come, and no speed', (activity, text) => {
    const bar = openTransfer((model) => {
      model.begin(activity)
      model.report({ phase: 'verify', done: 5e8, total: GIGABYTE, verified: 0 }, 0)
    })
    expect(bar.value).toBe(0.5)
    expect(textOf('[data-testid=transfer] p')).toBe(text({ done: english.bytes(5e8), total: english.bytes(GIGABYTE) }))
  })
})
