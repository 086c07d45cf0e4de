import { expect, it, vi } from 'vitest'
import { LocalReplies } from '../../reasoning/local-replies'
import { DeviceSpeed } from '../../state/lab/device-speed.svelte'
import { newLabStore } from '../../state/lab/lab.fixture'
import { Lab } from '../../state/lab/lab.svelte'
import { all, draw, english, eventually, key, one, openState, press, textOf, write } from '../ui.fixture'
import LabPage from './LabPage.svelte'

const SETTINGS = { effort: 'normal', temperature: 0, votes: 1, seed: 1 } as const
const QUESTIONS = [
  { text: '12 + 30?', answer: '42' },
  { text: '2 + 2?', answer: '4' },
]

/** The lab over a model that answers as it is told, drawn for an address. */
function open(section?: string, query?: string) {
  const page = openState()
  const store = newLabStore()
  const now = () => Date.now()
  const lab = new Lab(
    {
      replies: new LocalReplies(page.model, page.engine),
      modelName: () => 'Nano',
      models: {
        list: () => Promise.resolve([{ id: 'nano', name: 'Nano' }]),
        isChosen: () => true,
        choose: () => Promise.resolve(true),
        release: () => undefined,
      },
      advised: () => Promise.resolve(0),
      environment: () => undefined,
      speed: new DeviceSpeed({ model: page.model, engine: page.engine, store, now }),
      settings: { get: () => undefined, set: () => undefined },
      now,
    },
    store,
  )
  const drawn = draw(LabPage, { lab, settings: page.settings, format: english, back: '#/', section, query })
  return { ...page, lab, ...drawn }
}

const chip = (part: string, value: string) => one<HTMLInputElement>(`[data-part=${part}] input[value="${value}"]`)
const settings = () => one('lab-size').dataset

it('counts the settings of a run while they are chosen, and starts no absurd one', async () => {
  open()
  chip('lab-effort', 'off').click()
  chip('lab-votes', '3').click()
  write('lab-budgets', '64, 256')
  await eventually(() => expect(settings()['settings']).toBe('8'))
  const start = one<HTMLButtonElement>('[data-suite=letters] [data-testid=lab-run]')
  expect(start.disabled).toBe(false)
  for (const [part, text, problem] of [
    ['lab-budgets', 'many', 'none'],
    ['lab-seed', Array.from({ length: 9 }, (_, at) => at).join(), 'settings'],
  ] as const) {
    write('lab-budgets', '64, 256')
    write('lab-temperature', '0.6, 1')
    write(part, text)
    await eventually(() => expect(settings()['problem']).toBe(problem))
    expect(start.disabled).toBe(true)
  }
})

it('shows a reply token by token, with keys alone', async () => {
  const { lab, engine, props } = open()
  engine.replies.push(['<think>', '\nFirst 41.', '\nWait, 42.', '\n', '</think>', '\n\nIt is 42.'], ['5'])
  const run = await lab.start({ name: 'own', title: 'sums' }, QUESTIONS, SETTINGS)
  await eventually(() => expect(lab.runs[0]?.state).toBe('done'))
  Object.assign(props, { section: run, query: 'watch=1&play=0&speed=8' })
  await eventually(() => expect(one('lab-watch').dataset).toMatchObject({ total: '6', reading: 'false', at: '0' }))
  const type = (name: string) => key('lab-watch', name)
  type('ArrowRight')
  type('ArrowRight')
  expect(textOf('lab-watch-text')).toContain('First 41.')
  expect(textOf('lab-watch-text')).not.toContain('Wait')
  expect(textOf('lab-watch-value')).toBe('41')
  type('End')
  expect(textOf('lab-watch-value')).toBe('42')
  expect(textOf('.verdict')).not.toBe('')
  type('[')
  expect(one('lab-watch').dataset['at']).toBe('3')
  type('[')
  expect(one('lab-watch').dataset['at']).toBe('2')
  type('p')
  expect(one('lab-watch').classList).toContain('presenting')
  type('Home')
  type(' ')
  expect(one('lab-watch').dataset['playing']).toBe('true')
  await eventually(() => expect(Number(one('lab-watch').dataset['at'])).toBeGreaterThan(1))
  press('lab-watch-close')
  await eventually(() => expect(location.hash).toBe(`#/lab/${run}`))
})

it('starts what an address asks for, once, and says which part of one is wrong', async () => {
  const { engine, props, lab } = open(undefined, 'ask=12%2B30&answer=42&play=0')
  engine.replies.push(['42'])
  const replaced = vi.fn()
  addEventListener('hashchange', replaced, { once: true })
  await eventually(() => expect(location.hash).toMatch(/^#\/lab\/[\w-]+\?watch=1$/))
  await eventually(() => expect(lab.runs.map(({ state, right }) => [state, right])).toEqual([['done', 1]]))
  Object.assign(props, { query: 'suite=first&votes=1,3,9&temperature=0.6&effort=off,short' })
  await eventually(() => expect(one('lab-link-start')).toBeTruthy())
  expect(lab.runs).toHaveLength(1)
  Object.assign(props, { query: 'suite=first&votes=many' })
  await eventually(() => expect(one('lab-address-wrong').dataset['name']).toBe('votes'))
})

it('lists the reply of a point that a keyboard has chosen', async () => {
  const { lab, engine, props } = open()
  engine.replies.push(['4', '2', '!'], ['4', '!', '!'])
  const run = await lab.start({ name: 'own', title: 'sums' }, QUESTIONS, SETTINGS)
  await eventually(() => expect(lab.runs[0]?.state).toBe('done'))
  // A scripted reply takes no time, and a rate needs some.
  const items = (await lab.store.items(run)).map((item) => ({ ...item, decodeMs: 10 }))
  const whole = await lab.store.whole(run)
  if (whole) await lab.store.put({ ...whole, items })
  Object.assign(props, { section: run })
  await eventually(() => expect(one('lab-items').dataset['count']).toBe('2'))
  const points = all('[data-part=lab-chart]').at(-1)
  expect(all('lab-pick', points)).toHaveLength(2)
  all('lab-pick', points)[1]?.click()
  await eventually(() => expect(one('lab-items').dataset['count']).toBe('1'))
  expect(one('lab-item').dataset['at']).toBe('1')
})
