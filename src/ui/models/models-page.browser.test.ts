import { flushSync } from 'svelte'
import { describe, expect, it } from 'vitest'
import type { HubFile } from '../../state/models/hub-files'
import { SiteStorage } from '../../state/site/site-storage.svelte'
import { m } from '../../i18n'
import { errorText } from '../error-text'
import {
  all,
  aModel,
  appears,
  AppError,
  draw,
  english,
  eventually,
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
import EngineChoice from './EngineChoice.svelte'
import { importText } from './import-text'
import HubChoice from './HubChoice.svelte'
import ModelsPage from './ModelsPage.svelte'
import Recommended from './Recommended.svelte'
import StorageView from '../storage/StorageView.svelte'

const GIGABYTE = 1000_000_000

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
    openForm({ imports: { named: () => Promise.resolve(isKnown ? 'taken' : 'unknown') } })
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
    openForm({ imports: { named: () => Promise.reject(failure) } })
    add('owner/name')
    expect(one<HTMLButtonElement>('add-model-send').disabled).toBe(true)
    await eventually(() => expect(one('add-model-problem').dataset['problem']).toBe('repository-missing'))
    expect(textOf('add-model-problem')).toBe(errorText(failure))
    expect(one<HTMLButtonElement>('add-model-send').disabled).toBe(false)
  })

  it('gives the files that are chosen to the list, also the same ones twice', async () => {
    const names: string[] = []
    const chosen = (files: File[]) => {
      names.push(...files.map(({ name }) => name))
      return Promise.resolve([])
    }
    openForm({ imports: { chosen } })
    const input = one<HTMLInputElement>('import-model')
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

describe('the files of a repository', () => {
  const file = (path: string, change: Partial<HubFile> = {}): HubFile => ({
    path,
    bytes: GIGABYTE,
    exactness: 'good',
    neededBytes: 1.5 * GIGABYTE,
    tight: false,
    recommended: false,
    ...change,
  })
  const files = {
    repository: 'owner/name',
    revision: 'main',
    files: [
      file('m-Q4_K_M.gguf', { quantization: 'Q4_K_M', recommended: true }),
      file('m-Q3_K_M.gguf', { quantization: 'Q3_K_M', exactness: 'less', tight: true }),
      file('m-F16.gguf', { quantization: 'F16', problem: 'too-large', neededBytes: 5.1 * GIGABYTE }),
    ],
  }
  const open = async (take: () => Promise<unknown>) => {
    const { list, calls } = modelList({ imports: { named: () => Promise.resolve(files), take } })
    draw(AddModel, { library: list })
    write('add-model', 'owner/name')
    press('add-model-send')
    await appears('hub-files')
    return calls
  }

  it('are listed in plain words, with one recommended, and those that cannot be used apart', async () => {
    await open(() => Promise.resolve())
    const lines = all('hub-file')
    expect(lines.map(({ dataset }) => [dataset['recommended'], dataset['problem']])).toEqual([
      ['true', undefined],
      ['false', undefined],
      ['false', 'too-large'],
    ])
    const [first, second, last] = lines.map(({ textContent }) => textContent)
    expect(first).toContain(m.hub_file_recommended())
    expect(second).toContain(m.hub_file_less())
    expect(second).toContain(m.hub_file_tight({ needed: english.bytes(1.5 * GIGABYTE) }))
    expect(last).toContain(m.hub_file_too_large({ needed: english.bytes(5.1 * GIGABYTE) }))
    expect(all('take', one('hub-files')).length).toBe(2)
    press('close')
    expect(all('hub-files')).toEqual([])
  })

  it('become a model by one click, which downloads it', async () => {
    const taken: unknown[] = []
    const calls = await open((...given: unknown[]) => Promise.resolve(taken.push(...given)))
    press('take')
    await eventually(() => expect(calls).toEqual(['download 2']))
    expect(taken).toEqual([files, 'm-Q4_K_M.gguf'])
    expect(all('hub-files')).toEqual([])
  })

  it('stay to choose from where one cannot be used, with the reason', async () => {
    const details = { reason: 'template-missing', file: 'm-Q4_K_M.gguf' }
    await open(() => Promise.reject(new AppError('gguf-unusable', 'None.', { retry: 'never', details })))
    press('take')
    await eventually(() => expect(one('add-model-problem').textContent).toContain('m-Q4_K_M.gguf'))
    expect(all('hub-file')).toHaveLength(3)
  })

  it.each([
    ['repository-missing', { repository: 'a/b', status: 401 }, m.add_model_private({ repository: 'a/b', status: 401 })],
    ['repository-missing', { repository: 'a/b', status: 403 }, m.add_model_gated({ repository: 'a/b', status: 403 })],
    [
      'repository-missing',
      { repository: 'a/b', status: 401, gated: true },
      m.add_model_gated({ repository: 'a/b', status: 401 }),
    ],
    ['server-busy', { file: 'x', status: 429 }, m.add_model_busy({ status: 429 })],
  ] as const)('cannot be had for a reason that is told as it is: %s %o', (code, details, text) => {
    expect(importText({ code, details })).toBe(text)
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

  it('shows a stored hub that is no address, and says so', () => {
    const { settings } = openState()
    settings.unreadHub = 'hub'
    draw(HubChoice, { settings })
    expect(one<HTMLInputElement>('own-hub').value).toBe('hub')
    expect(textOf('own-hub-problem')).toBe(m.hub_own_wrong())
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
    const { list, calls } = modelList({ contextOf: () => ({ longest: 16384, bytesPerToken: 1000 }) })
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
    const storage = new SiteStorage()
    storage.report = { usedBytes: 5e6, freeBytes: 2e9, persisted: false }
    storage.persist = () => Promise.resolve(false)
    draw(StorageView, { storage, format: english })
    expect(textOf('[data-testid=storage] p')).toBe(
      m.storage_used({ used: english.bytes(5e6), free: english.bytes(2e9) }),
    )
    press('persist')
    await eventually(() => expect(all('refused')).toHaveLength(1))
    storage.report = { usedBytes: undefined, freeBytes: undefined, persisted: true }
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

  it('tells of a damaged record, and offers to remove it', () => {
    const { list, calls } = modelList({ damaged: ['own'] })
    draw(ModelsPage, { library: list, settings: openState().settings, format: english, back: '#/' })
    expect(one('notice').dataset['code']).toBe('manifest-invalid')
    expect(textOf('notice')).toContain(m.model_record_damaged({ id: 'own' }))
    press('notice-action')
    expect(calls).toEqual(['open', 'forgetDamaged own'])
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

  it('finds models by words and by what this device runs, once there are many', () => {
    const named = (count: number) =>
      Array.from({ length: count }, (_, at) =>
        aModel(at === 0 ? GIGABYTE : undefined, `${at % 2 === 0 ? 'Qwen' : 'Llama'} ${at}`, `model-${at}`),
      )
    const open = (count: number) => {
      const of = ({ id }: { id: string }) =>
        id === 'model-3' ? undefined : { verdict: id === 'model-2' ? 'no' : 'fits' }
      const { list } = modelList({ models: named(count), of, state: 'loading' })
      return draw(ModelsPage, { library: list, settings: openState().settings, format: english, back: '#/' }).target
    }
    open(9).remove()
    expect(all('model-filter')).toEqual([])

    open(10)
    const shown = () =>
      all('model-card').flatMap(({ dataset: { modelId } }) => (modelId?.startsWith('model-') ? [modelId] : []))
    expect(shown()).toHaveLength(10)
    expect(textOf('shown')).toBe('')
    write('words', ' llama')
    expect(shown()).toEqual(['model-1', 'model-3', 'model-5', 'model-7', 'model-9'])
    expect(textOf('shown')).toBe(m.models_shown({ shown: 5, total: 10 }))
    write('words', 'QWEN')
    press('runnable')
    expect(shown()).toEqual(['model-0', 'model-4', 'model-6', 'model-8'])
    write('words', 'nowhere')
    expect(shown()).toEqual([])
    press('show-all')
    expect(shown()).toHaveLength(10)
  })
})

function openDevice(known: object) {
  const { list, calls } = modelList()
  Object.assign(list.device.selfTest, known)
  draw(DeviceView, { device: list.device })
  return { calls }
}

describe('Recommended', () => {
  const fit = (verdict: 'fits' | 'tight' | 'unknown' | 'no', tokensPerSecond?: number) => ({
    verdict,
    reasons: [],
    memoryBytes: 1,
    ...(tokensPerSecond !== undefined && { speed: { tokensPerSecond, answerTokens: 1500, answerMinutes: 1 } }),
  })
  const recommended = (of: ReturnType<typeof fit>, model = aModel(), change: Parameters<typeof modelList>[0] = {}) => {
    const { list, calls } = modelList({ models: [model], of: () => of, ...change })
    draw(Recommended, { library: list, format: english })
    return calls
  }

  it('names the model to take, with its size and speed, and fetches it', () => {
    const calls = recommended(fit('fits', 45))
    expect(one('recommended').dataset['modelId']).toBe('stranger')
    expect(one('recommended').textContent).toContain(m.recommended_facts({ size: english.bytes(GIGABYTE), rate: '45' }))
    expect(one('recommended').textContent).toContain(m.recommended_measured())
    press('recommended-download')
    expect(calls).toEqual(['download'])
  })

  it('says that it guesses before anything is measured', () => {
    recommended(fit('unknown'))
    expect(one('recommended').textContent).toContain(m.recommended_guess())
  })

  it('says of the fastest that it is slow, and how slow', () => {
    recommended(fit('tight', 2))
    expect(textOf('recommended-slow')).toBe(m.recommended_slow({ duration: english.duration(500_000) }))
    expect(one('recommended').textContent).not.toContain(m.recommended_measured())
  })

  it('uses one that is here', () => {
    const calls = recommended(fit('fits', 45), aModel(GIGABYTE))
    press('recommended-use')
    expect(calls).toEqual(['choose'])
  })

  it('says an honest no, with Nano', () => {
    recommended(fit('no', 0.3))
    expect(one('recommended').dataset['modelId']).toBe('nano')
    expect(one('recommended').textContent).toContain(m.recommended_none())
    expect(all('recommended-download')).toEqual([])
  })
})

describe('EngineChoice', () => {
  it('leaves the engine to the page until somebody chooses', () => {
    const { list, calls } = modelList()
    draw(EngineChoice, { library: list, id: 'nano' })
    const select = one<HTMLSelectElement>('engine-choice')
    expect([...select.options].map(({ value }) => value)).toEqual(['', 'webgpu', 'processor'])
    expect(select.value).toBe('')
    select.value = 'processor'
    select.dispatchEvent(new Event('change', { bubbles: true }))
    expect(calls).toEqual(['setEngine nano processor'])
  })
})
