import { describe, expect, it, vi } from 'vitest'
import { LabStore } from '../lab/lab-store'
import type { LabRun, RunSettings } from '../lab/run'
import type { Replies } from '../reasoning/replies'
import { LocalReplies } from '../reasoning/local-replies'
import { AppError } from '../shared/errors'
import { Lab } from './lab.svelte'
import { eventually, gate, openPage } from './page.fixture'

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
  const kept = new Map<string, string>()
  const parts = {
    replies: new LocalReplies(page.model, page.engine) as Replies,
    modelName: () => 'Nano',
    advised: () => Promise.resolve(0),
    environment: (engine: 'webllm' | 'wllama' | 'scripted') => ({
      engine,
      files: {},
      contextWindow: 100,
      adapter: '',
      browser: 'test',
    }),
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
  return { ...page, name, kept, parts, lab: new Lab(parts, new LabStore(name)) }
}

const only = (lab: Lab): LabRun => {
  const [run] = lab.runs
  if (!run) throw new Error('There is no run.')
  return run
}
const undo = async (lab: Lab) => {
  if (lab.removed) await lab.add(lab.removed)
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
    await lab.toggle(only(lab))
    await ended(lab)
    expect(only(lab)).toMatchObject({ right: 3 })
    expect(only(lab)).not.toHaveProperty('error')
  })

  it('waits where another model was chosen', async () => {
    const { lab, parts, engine } = openLab()
    engine.replies.push(['2'])
    vi.spyOn(parts.replies, 'modelId', 'get').mockImplementation(() => (lab.runs[0]?.finished === 1 ? 'other' : 'nano'))
    await lab.start(SUITE, QUESTIONS, SETTINGS)
    await ended(lab, 'paused')
    expect(only(lab)).toMatchObject({ pausedBy: 'other-model', finished: 1 })
  })

  it('pauses in the middle of a reply and asks that question again', async () => {
    const { lab, engine } = openLab()
    engine.replies.push(['2'], ['half', new Promise(() => undefined)], ['4'], ['6'])
    await lab.start(SUITE, QUESTIONS, SETTINGS)
    await eventually(() => expect(only(lab).finished).toBe(1))
    await lab.toggle(only(lab))
    expect(only(lab)).toMatchObject({ state: 'paused', pausedBy: 'person', finished: 1 })
    await lab.toggle(only(lab))
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
    await lab.remove(run)
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
    await lab.remove(only(lab))
    await undo(lab)
    expect(only(lab)).toMatchObject({ state: 'paused', finished: 1 })
  })

  it('adds a suite only if every line of it is right', async () => {
    const { lab } = openLab()
    expect(await lab.own.add('bad', 'question,answer\na,')).toEqual({ line: 2, problem: 'no-answer' })
    expect(lab.own.list).toEqual([])
    expect(await lab.own.add('good', 'question,answer\na,b')).toBeUndefined()
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
