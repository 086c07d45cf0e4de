import { describe, expect, it, vi } from 'vitest'
import { LabStore } from '../../lab/lab-store'
import type { LabRun, RunSettings } from '../../lab/run'
import { LocalReplies } from '../../reasoning/local-replies'
import { AppError } from '../../shared/errors'
import { DeviceSpeed } from './device-speed.svelte'
import { Lab } from './lab.svelte'
import { eventually, gate, openPage } from '../page.fixture'

const QUESTIONS = [
  { text: '1 + 1?', answer: '2' },
  { text: '2 + 2?', answer: '4' },
  { text: '3 + 3?', answer: '6' },
]
const SETTINGS: RunSettings = { effort: 'normal', temperature: 0, votes: 1, seed: 7 }
const SUITE = { name: 'own', title: 'sums' } as const

let names = 0

/** A lab over a model that answers as it is told. */
function openLab(name = `lab-${String(++names)}`) {
  const page = openPage()
  vi.stubGlobal('fetch', page.site.fetch)
  vi.stubGlobal('navigator', { userAgent: 'test' })
  const kept = new Map<string, string>()
  const chosen = { id: 'nano' }
  const parts = {
    replies: new LocalReplies(page.model, page.engine),
    modelName: () => 'Nano',
    advised: () => Promise.resolve(0),
    environment: (engine: 'webllm' | 'wllama' | 'scripted') => ({
      engine,
      files: {},
      contextWindow: 100,
      adapter: '',
      browser: 'test',
    }),
    models: {
      list: () => Promise.resolve([{ id: 'nano', name: 'Nano' }]),
      isChosen: ({ model }: Pick<LabRun, 'model'>) => model.id === chosen.id,
      choose: ({ model }: Pick<LabRun, 'model'>) => {
        chosen.id = model.id
        return Promise.resolve(model.id !== 'gone')
      },
      release: () => undefined,
    },
    settings: {
      get: (key: string) => kept.get(key),
      set: (key: string, value: string | undefined) => {
        if (value === undefined) kept.delete(key)
        else kept.set(key, value)
        return undefined
      },
    },
    now: () => ++page.clock.now,
  }
  const store = new LabStore(name)
  const speed = new DeviceSpeed({ model: page.model, engine: page.engine, store, now: parts.now })
  return { ...page, name, kept, chosen, speed, lab: new Lab({ ...parts, speed }, store) }
}

const only = (lab: Lab): LabRun => {
  const [run] = lab.runs
  if (!run) throw new Error('There is no run.')
  return run
}
const undo = async (lab: Lab) => {
  await lab.add(lab.removed)
}
const ended = (lab: Lab, state: LabRun['state'] = 'done') => eventually(() => expect(only(lab).state).toBe(state))

describe('a run', () => {
  it('asks every question, grades it and keeps what came', async () => {
    const { lab, engine, kept } = openLab()
    engine.replies.push(['<think>', '\nOne', ' and one.\n', '</think>', '\n\nIt is 2.'], ['5'], ['\\boxed{6}'])
    await lab.start(SUITE, QUESTIONS, SETTINGS)
    expect(kept.get('lab-unfinished')).toBe('yes')
    await ended(lab)
    expect(only(lab)).toMatchObject({ right: 2, wrong: 1, finished: 3, environment: { engine: 'scripted' } })
    const items = await lab.store.items(only(lab).id)
    expect(items.map(({ state, value }) => [state, value])).toEqual([
      ['right', '2'],
      ['wrong', '5'],
      ['right', '6'],
    ])
    expect(items[0]?.thoughtTokens).toBe(2)
    expect((await lab.store.text(only(lab).id, 0))?.text).toContain('One and one.')
    expect(engine.requests.map(({ sampling, background }) => [sampling.seed, background])).toEqual([
      [7, true],
      [7, true],
      [7, true],
    ])
    await eventually(() => expect(kept.has('lab-unfinished')).toBe(false))
  })

  it('lets several replies to a question vote', async () => {
    const { lab, engine } = openLab()
    engine.replies.push(['2'], ['3'], ['2'], ['4'], ['5'], ['5'])
    await lab.start(SUITE, QUESTIONS.slice(0, 2), { ...SETTINGS, votes: 3, temperature: 0.6 })
    await ended(lab)
    expect(only(lab)).toMatchObject({ right: 1, wrong: 1, finished: 6 })
    expect(engine.requests.map(({ sampling }) => sampling.seed)).toEqual([7, 8, 9, 7, 8, 9])
  })

  it('keeps a reply that breaks off as failed, and goes on', async () => {
    const { lab, engine } = openLab()
    const broken = new AppError('generation-failed', 'broken', { retry: 'now' })
    engine.replies.push(['so', broken], ['4'], ['6'])
    await lab.start(SUITE, QUESTIONS, SETTINGS)
    await ended(lab)
    expect(only(lab)).toMatchObject({ right: 2, wrong: 0, finished: 3 })
    const [first] = await lab.store.items(only(lab).id)
    expect(first).toMatchObject({ state: 'failed', error: { code: 'generation-failed' } })
  })

  it('waits where the model cannot be loaded, and loses no question', async () => {
    const { lab, engine } = openLab()
    engine.loadFailures.push(new AppError('load-failed', 'no', { retry: 'later' }))
    engine.replies.push(['2'], ['4'], ['6'])
    await lab.start(SUITE, QUESTIONS, SETTINGS)
    await ended(lab, 'paused')
    expect(only(lab)).toMatchObject({ pausedBy: 'failures', finished: 0, error: { code: 'load-failed' } })
    await lab.toggle([only(lab)])
    await ended(lab)
    expect(only(lab)).toMatchObject({ right: 3 })
    expect(only(lab)).not.toHaveProperty('error')
  })

  it('waits where another model was chosen', async () => {
    const { lab, chosen, engine } = openLab()
    const { opened, open } = gate()
    engine.replies.push(['2'], [opened, '4'])
    await lab.start(SUITE, QUESTIONS, SETTINGS)
    await eventually(() => expect(only(lab).finished).toBe(1))
    chosen.id = 'other'
    open()
    await ended(lab, 'paused')
    expect(only(lab)).toMatchObject({ pausedBy: 'other-model', finished: 2 })
  })

  it('pauses in the middle of a reply and asks that question again', async () => {
    const { lab, engine } = openLab()
    engine.replies.push(['2'], ['half', new Promise(() => undefined)], ['4'], ['6'])
    await lab.start(SUITE, QUESTIONS, SETTINGS)
    await eventually(() => expect(only(lab).finished).toBe(1))
    await lab.toggle([only(lab)])
    expect(only(lab)).toMatchObject({ state: 'paused', pausedBy: 'person', finished: 1 })
    await lab.toggle([only(lab)])
    await ended(lab)
    expect(only(lab)).toMatchObject({ right: 3, finished: 3 })
  })

  it('goes on behind the last stored item in another page', async () => {
    const first = openLab()
    const { opened } = gate()
    first.engine.replies.push(['2'], ['half', opened])
    await first.lab.start(SUITE, QUESTIONS, SETTINGS)
    await eventually(() => expect(only(first.lab).finished).toBe(1))
    // This page never ends, as one that crashed: without Web Locks in Node the next one takes over.
    const second = openLab(first.name)
    second.engine.replies.push(['4'], ['6'])
    await second.lab.open()
    await ended(second.lab)
    expect(only(second.lab)).toMatchObject({ right: 3, finished: 3 })
    expect(second.engine.requests).toHaveLength(2)
  })
})

describe('a series', () => {
  const series = (...models: string[]) => models.map((id) => ({ model: { id, name: id }, settings: SETTINGS }))

  it('asks one model after the other, the chosen one last, which stays', async () => {
    const { lab, engine, chosen } = openLab()
    engine.replies.push(['2'], ['2'], ['2'], ['2'], ['4'], ['6'])
    const id = await lab.startAll(SUITE, QUESTIONS, series('other', 'nano'))
    await eventually(() => expect(lab.runs.every(({ state }) => state === 'done')).toBe(true))
    expect(lab.runs.map(({ series: own, model, right }) => [own, model.id, right])).toEqual([
      [id, 'nano', 3],
      [id, 'other', 1],
    ])
    expect(chosen.id).toBe('nano')
  })

  it('waits as a whole where somebody chooses another model', async () => {
    const { lab, engine, chosen } = openLab()
    const { opened, open } = gate()
    engine.replies.push(['2'], [opened, '4'])
    await lab.startAll(SUITE, QUESTIONS, series('other', 'nano'))
    await eventually(() => expect(lab.runs.some(({ finished }) => finished === 1)).toBe(true))
    chosen.id = 'third'
    open()
    await eventually(() => expect(lab.runs.map(({ pausedBy }) => pausedBy)).toEqual(['other-model', 'other-model']))
    engine.replies.push(['6'], ['2'], ['4'], ['6'])
    await lab.toggle(lab.runs)
    await eventually(() => expect(lab.runs.map(({ right }) => right)).toEqual([3, 3]))
  })

  it('waits for no single run of a model that is not chosen', async () => {
    const { lab, engine } = openLab()
    engine.replies.push(['2'], ['2'], ['2'], ['2'], ['4'], ['6'])
    const started = [series('third'), series('other', 'nano')].map((all) => lab.startAll(SUITE, QUESTIONS, all))
    await Promise.all(started)
    await eventually(() => expect(lab.runs.map(({ state }) => state).sort()).toEqual(['done', 'done', 'paused']))
    expect(lab.runs.find(({ state }) => state === 'paused')?.model.id).toBe('third')
  })

  it('waits for a model that is gone, and pauses and goes on as a whole', async () => {
    const { lab, engine } = openLab()
    engine.replies.push(['2'], ['half', new Promise(() => undefined)], ['4'], ['6'])
    await lab.startAll(SUITE, QUESTIONS, series('nano', 'gone'))
    await eventually(() => expect(lab.runs[1]?.finished).toBe(1))
    await lab.toggle(lab.runs)
    expect(lab.runs.map(({ pausedBy }) => pausedBy)).toEqual(['person', 'person'])
    await lab.toggle(lab.runs)
    await eventually(() => expect(lab.runs.map(({ state }) => state)).toEqual(['paused', 'done']))
    expect(lab.runs[0]).toMatchObject({ pausedBy: 'other-model', finished: 0 })
  })
})

it('measures the model at some lengths, and keeps that', { timeout: 20_000 }, async () => {
  const { lab, speed, engine } = openLab()
  const words = Array.from({ length: 40 }, () => 'x')
  engine.replies.push(words, words)
  await speed.measure()
  expect(speed.error).toBeUndefined()
  const [one] = speed.list
  expect(one?.points.length).toBeGreaterThan(0)
  expect(one?.points[0]).toMatchObject({ decodedTokens: 32 })
  expect(Math.abs((one?.points[0]?.promptTokens ?? 0) - 64)).toBeLessThan(3)
  expect(one?.load.length).toBeGreaterThan(0)
  expect(await lab.store.speeds()).toEqual(speed.list)
  await speed.remove(one?.id ?? '')
  expect(await lab.store.speeds()).toEqual([])
})

describe('Lab', () => {
  it('says whether the tokens of a second run are the same', async () => {
    const { lab, engine } = openLab()
    engine.replies.push(['2'], ['4'], ['6'], ['2'], ['5'], ['6'])
    await lab.start(SUITE, QUESTIONS, SETTINGS)
    await ended(lab)
    await lab.again(only(lab))
    await eventually(() => expect(lab.runs).toHaveLength(2))
    await ended(lab)
    expect(only(lab)).toMatchObject({ again: { same: 2 }, right: 2 })
    const items = await lab.store.items(only(lab).id)
    expect(items.map(({ same }) => same)).toEqual([true, false, true])
  })

  it('puts a deleted run back, with everything', async () => {
    const { lab, engine } = openLab()
    engine.replies.push(['2'], ['4'], ['6'])
    await lab.start(SUITE, QUESTIONS, SETTINGS)
    await ended(lab)
    const run = only(lab)
    const before = await lab.store.whole(run.id)
    await lab.remove([run])
    expect(lab.runs).toEqual([])
    expect(await lab.store.whole(run.id)).toBeUndefined()
    expect(await lab.store.items(run.id)).toEqual([])
    await undo(lab)
    expect(await lab.store.whole(run.id)).toEqual(before)
    expect(only(lab)).toEqual(run)
  })

  it('ends the work on a run that is deleted', async () => {
    const { lab, engine } = openLab()
    engine.replies.push(['2'], ['half', new Promise(() => undefined)])
    await lab.start(SUITE, QUESTIONS, SETTINGS)
    await eventually(() => expect(only(lab).finished).toBe(1))
    await lab.remove([only(lab)])
    await undo(lab)
    expect(only(lab)).toMatchObject({ state: 'paused', finished: 1 })
  })

  it('forgets everything, also what is being asked', async () => {
    const { lab, engine, speed, kept } = openLab()
    engine.replies.push(['2'], ['half', new Promise(() => undefined)])
    await lab.own.add('good', new Blob(['question,answer\na,b']))
    await lab.start(SUITE, QUESTIONS, SETTINGS)
    await eventually(() => expect(only(lab).finished).toBe(1))
    expect(await lab.clear()).toBe(true)
    expect([lab.runs, lab.own.list, speed.list]).toEqual([[], [], []])
    expect(await lab.store.runs()).toEqual([])
    expect(await lab.store.suites()).toEqual([])
    await eventually(() => expect(kept.has('lab-unfinished')).toBe(false))
  })

  it('adds a suite only if every line of it is right', async () => {
    const { lab } = openLab()
    expect(await lab.own.add('bad', new Blob(['question,answer\na,']))).toEqual({ line: 2, problem: 'no-answer' })
    expect(lab.own.list).toEqual([])
    expect(await lab.own.add('good', new Blob(['question,answer\na,b']))).toBeUndefined()
    expect(await lab.store.suites()).toEqual(lab.own.list)
    await lab.own.remove(lab.own.list[0]?.id ?? '')
    expect(await lab.store.suites()).toEqual([])
  })

  it('says when nothing can be stored', async () => {
    const { lab } = openLab()
    vi.spyOn(lab.store, 'put').mockRejectedValue(new AppError('storage-full', 'full', { retry: 'later' }))
    await lab.start(SUITE, QUESTIONS, SETTINGS)
    expect(lab.problem?.code).toBe('storage-full')
    expect(lab.runs).toEqual([])
  })
})
