import { flushSync } from 'svelte'
import { describe, expect, it } from 'vitest'
import { chooseLocale, m } from '../../i18n'
import { SiteStorage } from '../../state/site/site-storage.svelte'
import type { StorageUse } from '../../state/site/storage-use.svelte'
import { props as changeable } from '../markdown/code-block.fixture.svelte'
import { all, draw, english, eventually, LANGUAGES, one, press, textOf } from '../ui.fixture'
import StorageSection from './StorageSection.svelte'

/** The parts that take room, as a page has them. Each call is noted. */
function open(change: Partial<Record<keyof StorageUse, unknown>> = {}) {
  const calls: string[] = []
  const note = (name: string) => (given?: unknown) => {
    calls.push(typeof given === 'string' ? `${name} ${given}` : name)
    return Promise.resolve()
  }
  const use = changeable({
    site: new SiteStorage(),
    sizes: { chats: 5e6, search: 2e6, processor: 0 },
    models: [
      { id: 'r1', name: 'R1 1.5B', bytes: 1.1e9, isBuiltIn: false },
      { id: 'nano', name: 'Nano', bytes: 1e6, isBuiltIn: true },
    ],
    freed: [],
    look: note('look'),
    free: note('free'),
    isNeededElsewhere: () => Promise.resolve(false),
    removeModel: note('remove'),
    ...change,
  })
  const shown: unknown = use
  draw(StorageSection, { use: shown as StorageUse, chats: 3, format: english }, '22rem')
  return { calls, use }
}

describe('StorageSection', () => {
  it('says how much each part takes, and what has not been counted', () => {
    const { use } = open()
    expect(textOf('storage-chats')).toContain(english.size(5e6))
    expect(textOf('storage-chats')).toContain(m.history_stored({ count: 3 }))
    expect(textOf('storage-search')).toContain(english.size(2e6))
    expect(textOf('storage-site')).toContain(m.storage_counting())
    expect(all('storage-model').map(({ dataset }) => [dataset['modelId'], dataset['bytes']])).toEqual([
      ['r1', '1100000000'],
      ['nano', '1000000'],
    ])
    use.sizes = { site: 7e6 }
    flushSync()
    expect(one('storage-site').dataset['bytes']).toBe('7000000')
  })

  it('frees a part, and a model only after a second press', async () => {
    const { calls, use } = open()
    press('free-search')
    await eventually(() => expect(calls).toContain('free search'))
    expect(one<HTMLButtonElement>('free-processor').disabled).toBe(true)
    use.freed = ['search']
    flushSync()
    expect(textOf('free-search')).toBe(m.storage_freed())
    expect(all('free-model')).toHaveLength(1)
    press('free-model')
    expect(calls).not.toContain('remove r1')
    expect(textOf('storage-model')).toContain(m.model_remove_sure({ size: english.size(1.1e9) }))
    press('free-model-confirm')
    await eventually(() => expect(calls).toContain('remove r1'))
  })

  it('says before a deletion that another tab needs the model', async () => {
    open({ isNeededElsewhere: (id: unknown) => Promise.resolve(id === 'r1') })
    press('free-model')
    await eventually(() => expect(textOf('needed-elsewhere')).toBe(m.model_remove_needed()))
  })

  it('says when something could not be freed', async () => {
    open({ removeModel: () => Promise.reject(new Error('in use')) })
    press('free-model')
    press('free-model-confirm')
    await eventually(() => expect(document.body.textContent).toContain(m.storage_free_failed()))
  })

  it('fits a narrow page in every language', () => {
    for (const language of LANGUAGES) {
      chooseLocale(language)
      open()
      for (const part of all('storage-use')) expect(part.scrollWidth).toBeLessThanOrEqual(part.clientWidth)
    }
  })
})
