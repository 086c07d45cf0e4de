import { flushSync } from 'svelte'
import { describe, expect, it } from 'vitest'
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
  openState,
  press,
  textOf,
  write,
} from '../ui.fixture'
import AddModel from './AddModel.svelte'
import BuiltInCard from './BuiltInCard.svelte'
import ContextChoice from './ContextChoice.svelte'
import DeviceView from './DeviceView.svelte'
import HubChoice from './HubChoice.svelte'
import ModelCard from './ModelCard.svelte'
import ModelsPage from './ModelsPage.svelte'
import StorageView from './StorageView.svelte'
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

  it('uses, saves, checks and deletes one that is here', () => {
    const { calls } = openCard(aModel(GIGABYTE), { canWriteFolders: true })
    expect(one('model-stored').dataset['complete']).toBe('true')
    expect(buttons()).toEqual(['use', 'save-file', 'save-folder', 'verify', 'delete'])
    for (const part of ['use', 'save-file', 'save-folder', 'verify']) press(part)
    expect(calls).toEqual(['choose', 'export file', 'export folder', 'verify'])
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

  it('shows what is being done, with one way out', () => {
    const { model, calls } = openCard(aModel(0))
    model.begin('downloading')
    model.report({ phase: 'download', done: 250_000_000, total: GIGABYTE, verified: 0, source: 'hub.example' }, 0)
    flushSync()
    expect(one('model-card').dataset['activity']).toBe('downloading')
    expect(buttons()).toEqual(['pause'])
    expect(one('transfer').dataset).toMatchObject({ phase: 'download', done: '250000000', source: 'hub.example' })
    press('pause')
    expect(calls).toEqual(['pause'])
    model.end()
    flushSync()
    expect(all('transfer')).toEqual([])
  })

  it('offers to tell when it is done only where that can be asked for', () => {
    const model = aModel(0)
    model.begin('downloading')
    const { calls, list } = openCard(model, { notifications: 'default' })
    expect(buttons()).toEqual(['pause', 'notify'])
    press('notify')
    expect(calls).toEqual(['askToNotify'])
    list.notifications = 'granted'
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
    const { calls } = openCard(model, { fitOf: () => fit })
    expect(one('fit').dataset['verdict']).toBe('no')
    expect(all('[data-testid=fit] [data-reason]').map(({ dataset }) => dataset['reason'])).toEqual([
      'little-memory',
      'slow',
    ])
    expect(textOf('speed')).toContain('1,000')
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

describe('AddModel', () => {
  const openForm = (change: Parameters<typeof modelList>[0]) => {
    const { list, calls } = modelList(change)
    draw(AddModel, { library: list })
    return calls
  }
  const add = (text: string) => {
    write('add-model', text)
    press('add-model-send')
  }

  it('takes nothing blank', () => {
    openForm({})
    expect(one<HTMLButtonElement>('add-model-send').disabled).toBe(true)
    write('add-model', '   ')
    expect(one<HTMLButtonElement>('add-model-send').disabled).toBe(true)
  })

  it('says what an address looks like, keeps what was typed, and forgets the problem at the next try', async () => {
    let isKnown = false
    openForm({ add: () => Promise.resolve(isKnown) })
    add(' nonsense ')
    await eventually(() => expect(one('add-model-problem').dataset['problem']).toBe('address'))
    expect(one('add-model-problem').getAttribute('role')).toBe('alert')
    expect(one<HTMLInputElement>('add-model').value).toBe(' nonsense ')
    isKnown = true
    add('owner/name')
    await eventually(() => expect(one<HTMLInputElement>('add-model').value).toBe(''))
    expect(all('add-model-problem')).toEqual([])
  })

  it('tells why a model cannot be had, and can be tried again', async () => {
    const failure = new AppError('repository-missing', 'None.', {
      retry: 'never',
      details: { repository: 'a/b', status: 404 },
    })
    openForm({ add: () => Promise.reject(failure) })
    add('owner/name')
    expect(one<HTMLButtonElement>('add-model-send').disabled).toBe(true)
    await eventually(() => expect(one('add-model-problem').dataset['problem']).toBe('repository-missing'))
    expect(textOf('add-model-problem')).toBe(errorText(failure))
    expect(one<HTMLButtonElement>('add-model-send').disabled).toBe(false)
  })

  it('gives the files that are chosen to the list, also the same ones twice', async () => {
    const names: string[] = []
    openForm({ takeChosen: (files: File[]) => Promise.resolve(void names.push(...files.map(({ name }) => name))) })
    const input = one<HTMLInputElement>('add-zip')
    for (let time = 0; time < 2; time += 1) {
      const files = new DataTransfer()
      files.items.add(new File(['x'], 'model.zip'))
      input.files = files.files
      input.dispatchEvent(new Event('change', { bubbles: true }))
      await eventually(() => expect(names).toHaveLength(time + 1))
      expect(input.value).toBe('')
    }
    expect(names).toEqual(['model.zip', 'model.zip'])
  })
})

describe('HubChoice', () => {
  it('shows the hubs by host, with the fastest chosen, and keeps another choice', () => {
    const { settings, kept } = openState()
    draw(HubChoice, { settings })
    const checked = () => all('[data-hub]:checked').map(({ dataset }) => dataset['hub'])
    expect(checked()).toEqual(['fastest'])
    const other = all('[data-hub]')[1]
    other?.click()
    expect(kept.get('first-hub')).toBe(other?.dataset['hub'])
    press('[data-hub=fastest]')
    expect(kept.has('first-hub')).toBe(false)
  })

  it.each([
    ['https://hub.example', 'https://hub.example/'],
    [' https://hub.example/a/ ', 'https://hub.example/a/'],
  ])('takes %j as a hub of one’s own, with a slash at its end', (given, hub) => {
    const { settings } = openState()
    draw(HubChoice, { settings })
    write('own-hub', given)
    one('own-hub').dispatchEvent(new Event('change', { bubbles: true }))
    flushSync()
    expect(settings.ownHub).toBe(hub)
    expect(all(`[data-hub="${hub}"]`)).toHaveLength(1)
  })

  it('refuses what is no address, says so, and forgets the hub when the field is emptied', () => {
    const { settings } = openState()
    settings.setOwnHub('https://old.example/')
    draw(HubChoice, { settings })
    const enter = (text: string) => {
      write('own-hub', text)
      one('own-hub').dispatchEvent(new Event('change', { bubbles: true }))
      flushSync()
    }
    enter('hub')
    expect(one('own-hub').getAttribute('aria-invalid')).toBe('true')
    expect(textOf('own-hub-problem')).toBe(m.hub_own_wrong())
    expect(settings.ownHub).toBe('https://old.example/')
    enter('')
    expect(all('own-hub-problem')).toEqual([])
    expect(settings.ownHub).toBeUndefined()
  })
})

describe('the rest of the models page', () => {
  it('lets Nano answer again', () => {
    const { list, calls } = modelList({ chosen: 'stranger' })
    draw(BuiltInCard, { library: list })
    expect(one('model-card').dataset['chosen']).toBe('false')
    press('use')
    expect(calls).toEqual(['choose'])
  })

  it('offers contexts up to what the kernels hold, with their memory', () => {
    const model = aModel(GIGABYTE)
    const { list, calls } = modelList({ libraryOf: () => ({ context: 16384, kvCache: { bytesPerToken: 1000 } }) })
    draw(ContextChoice, { library: list, model, format: english })
    const select = one<HTMLSelectElement>('context')
    expect([...select.options].map(({ value }) => Number(value))).toEqual([2048, 4096, 8192, 16384])
    expect(select.value).toBe('4096')
    expect(select.options[3]?.textContent.trim()).toBe(
      m.model_context_option({ tokens: '16,384', memory: english.bytes(16_384_000) }),
    )
    select.value = '8192'
    select.dispatchEvent(new Event('change', { bubbles: true }))
    expect(calls).toEqual(['setContext 8192'])
  })

  it('offers no context where the kernels are not known', () => {
    draw(ContextChoice, { library: modelList().list, model: aModel(GIGABYTE), format: english })
    expect(all('context')).toEqual([])
  })

  it.each([
    [{}, 'unknown', 'start'],
    [{ progress: { done: 1, total: 20 } }, 'running', 'stop'],
    [{ verdicts: { f32: { passed: true, prompts: 20 } } }, 'passed', 'start'],
    [{ verdicts: { f32: { passed: false, prompts: 20 }, f16: { passed: true, prompts: 20 } } }, 'wrong-f32', 'start'],
    [{ verdicts: { f32: { passed: true, prompts: 20 }, f16: { passed: false, prompts: 20 } } }, 'wrong-f16', 'start'],
    [{ verdicts: { f16: { passed: false, prompts: 20 } } }, 'wrong', 'start'],
    [{ error: new AppError('engine-crashed', 'Died.', { retry: 'now' }) }, 'failed', 'start'],
  ])('shows the self-test: %o', (known, state, action) => {
    const { calls } = openDevice(known)
    expect(one('self-test').dataset['state']).toBe(state)
    expect(one('self-test-run').dataset['action']).toBe(action)
    press('self-test-run')
    expect(calls).toEqual(action === 'start' ? ['test'] : [])
  })

  it('says nothing of a self-test without a GPU', () => {
    draw(DeviceView, { device: { lacksGpu: true } as never })
    expect(all('self-test')).toEqual([])
  })

  it('says what storage is used, and that the browser refused to keep it', async () => {
    const { list, calls } = modelList({ storage: { usedBytes: 5e6, freeBytes: 2e9, persisted: false } })
    draw(StorageView, { library: list, format: english })
    expect(textOf('[data-testid=storage] p')).toBe(
      m.storage_used({ used: english.bytes(5e6), free: english.bytes(2e9) }),
    )
    press('persist')
    await eventually(() => expect(all('refused')).toHaveLength(1))
    expect(calls).toEqual(['persist'])
    list.storage = { usedBytes: undefined, freeBytes: undefined, persisted: true }
    flushSync()
    expect(one('storage').dataset['persisted']).toBe('true')
    expect(all('persist')).toEqual([])
    expect(textOf('[data-testid=storage] p')).toBe(m.storage_unknown())
  })

  it('groups models, opens the list, and leads back to the chat', () => {
    const { list, calls } = modelList({ models: [aModel()] })
    const { settings } = openState()
    draw(ModelsPage, { library: list, settings, format: english, back: '#/c/one' })
    expect(calls).toEqual(['open'])
    expect(all('model-card').map(({ dataset }) => dataset['modelId'])).toEqual(['nano', 'stranger'])
    expect(all('section h2').map(({ textContent }) => textContent)).not.toContain(m.models_own())
    expect(one('models-back').getAttribute('href')).toBe('#/c/one')
  })

  it('says that the list cannot be read, offers another try, and Nano all the same', () => {
    const error = new AppError('network', 'Gone.', { retry: 'now', details: { file: 'catalogue.json' } })
    const { list, calls } = modelList({ state: 'error', error })
    draw(ModelsPage, { library: list, settings: openState().settings, format: english, back: '#/' })
    expect(one('notice').dataset['code']).toBe('network')
    press('notice-action')
    expect(calls).toEqual(['open', 'open'])
    expect(all('model-card')).toHaveLength(1)
    expect(all('add-model')).toEqual([])
  })
})

function openDevice(known: object) {
  const { list, calls } = modelList()
  Object.assign(list.device.selfTest, known)
  draw(DeviceView, { device: list.device })
  return { calls }
}
