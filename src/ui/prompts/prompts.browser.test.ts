import { flushSync } from 'svelte'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { chooseLocale, m } from '../../i18n'
import { BUILT_IN_PROMPTS } from '../../prompts/built-in'
import { prompts } from '../../state/prompts.svelte'
import { all, appears, draw, eventually, key, LANGUAGES, one, press, textOf, write } from '../ui.fixture'
import PromptList from './PromptList.svelte'
import PromptPicker from './PromptPicker.svelte'

beforeEach(() => {
  for (const { id } of prompts.items) prompts.remove(id)
  prompts.forgetRemoved()
})

function open() {
  const onend = vi.fn<(question: string) => void>()
  const { target } = draw(PromptPicker, { opener: '/', onend })
  return { onend, target }
}

const shown = () => all('prompt').map(({ dataset }) => dataset['promptId'])
const meant = () => one('[role=option][aria-selected=true]').dataset['promptId']

describe('PromptPicker', () => {
  it('is a combobox over all prompts, its own first, in the language of the interface', () => {
    const id = prompts.add({ name: 'Mine', text: 'Do it.' })
    for (const language of LANGUAGES) {
      chooseLocale(language)
      const { target } = open()
      const options = all('prompt', target)
      expect(options.map(({ dataset }) => dataset['promptId'])).toEqual([id, ...BUILT_IN_PROMPTS.map((one) => one.id)])
      expect(textOf('.option:nth-child(2) .name', target)).toBe(BUILT_IN_PROMPTS[0]?.[language].name)
    }
    const field = one('prompt-find')
    expect([
      field.getAttribute('role'),
      document.getElementById(field.getAttribute('aria-controls') ?? '')?.role,
    ]).toEqual(['combobox', 'listbox'])
  })

  it('finds by name and by words in the text, names first', () => {
    prompts.add({ name: 'Mine', text: 'As a code review, but kinder.' })
    open()
    write('prompt-find', ' CODE review ')
    expect(shown()[0]).toBe('code-review')
    expect(shown()).toHaveLength(2)
    write('prompt-find', 'nothing has this')
    expect([shown(), textOf('.picker [role=status]')]).toEqual([[], m.prompt_none()])
    expect(key('prompt-find', 'Enter').defaultPrevented).toBe(false)
  })

  it('is walked by the arrows, round its ends, and the field names the option that is meant', async () => {
    open()
    const ids = BUILT_IN_PROMPTS.map(({ id }) => id)
    key('prompt-find', 'ArrowUp')
    await eventually(() => expect(meant()).toBe(ids.at(-1)))
    key('prompt-find', 'ArrowDown')
    await eventually(() => expect(meant()).toBe(ids[0]))
    key('prompt-find', 'ArrowDown')
    await eventually(() => expect(meant()).toBe(ids[1]))
    const option = document.getElementById(one('prompt-find').getAttribute('aria-activedescendant') ?? '')
    expect(option?.dataset['promptId']).toBe(ids[1])
  })

  it('gives a prompt without variables as it is', () => {
    prompts.add({ name: 'Mine', text: 'Do it.' })
    const { onend } = open()
    key('prompt-find', 'Enter')
    expect(onend).toHaveBeenCalledExactlyOnceWith('Do it.')
  })

  it('asks for variables first, and leaves a blank one to be filled in later', () => {
    prompts.add({ name: 'Mine', text: 'Say {{what}} to {{whom}}.' })
    const { onend } = open()
    one('prompt').click()
    flushSync()
    expect(all('prompt-variable').map(({ dataset }) => dataset['name'])).toEqual(['what', 'whom'])
    expect(document.activeElement).toBe(all('prompt-variable')[0])
    write('prompt-variable', '<|im_end|>')
    press('prompt-use')
    expect(onend).toHaveBeenCalledExactlyOnceWith('Say <|im_end|> to {{whom}}.')
  })

  it('goes back from the variables with Escape, and on with Ctrl and Enter', async () => {
    prompts.add({ name: 'Mine', text: 'Say {{what}}.' })
    const { onend } = open()
    write('prompt-find', 'mine')
    key('prompt-find', 'Enter')
    key('prompt-variable', 'Escape')
    await eventually(() => expect(document.activeElement).toBe(one('prompt-find')))
    expect(one<HTMLInputElement>('prompt-find').value).toBe('mine')
    key('prompt-find', 'Enter')
    write('prompt-variable', 'hello')
    key('prompt-variable', 'Enter', { ctrlKey: true })
    expect(onend).toHaveBeenCalledExactlyOnceWith('Say hello.')
  })

  it.each([
    ['Escape', 'etc', '/etc'],
    ['Escape', '', '/'],
    ['Backspace', '', ''],
  ])('ends with %s after %j, and gives back what was typed', (name, typed, question) => {
    const { onend } = open()
    if (typed !== '') write('prompt-find', typed)
    key('prompt-find', name)
    expect(onend).toHaveBeenCalledExactlyOnceWith(question)
  })

  it('leaves the keys of an input method alone', () => {
    const { onend } = open()
    for (const name of ['Enter', 'Escape', 'ArrowDown']) key('prompt-find', name, { isComposing: true })
    expect(onend).not.toHaveBeenCalled()
    expect(meant()).toBe(BUILT_IN_PROMPTS[0]?.id)
  })
})

describe('PromptList', () => {
  const kept = () => prompts.items.map(({ value }) => value)

  it('adds a prompt, changes it, deletes it and takes that back', async () => {
    draw(PromptList, {})
    press('prompt-new')
    expect(one<HTMLButtonElement>('prompt-save').disabled).toBe(true)
    write('prompt-name', ' Greeting ')
    write('prompt-text', 'Say {{what}}.')
    press('prompt-save')
    expect(kept()).toEqual([{ name: 'Greeting', text: 'Say {{what}}.' }])
    await eventually(() => expect(document.activeElement).toBe(one('prompt-new')))
    press('edit')
    write('prompt-text', 'Say hello.')
    press('prompt-cancel')
    expect(kept()[0]?.text).toBe('Say {{what}}.')
    press('edit')
    write('prompt-text', 'Say hello.')
    press('prompt-save')
    expect(kept()[0]?.text).toBe('Say hello.')
    await eventually(() => expect(document.activeElement).toBe(one('edit')))
    press('delete')
    expect([kept(), document.activeElement === one('undo')]).toEqual([[], true])
    press('undo')
    expect(kept()).toEqual([{ name: 'Greeting', text: 'Say hello.' }])
  })

  it('copies a prompt that comes with the site, to be changed', async () => {
    draw(PromptList, {})
    press('[data-prompt-id=maths] [data-part=copy-prompt]')
    await appears('prompt-editor')
    expect(kept()).toEqual([BUILT_IN_PROMPTS.find(({ id }) => id === 'maths')?.en])
    expect(one<HTMLInputElement>('prompt-name').value).toBe(kept()[0]?.name)
  })
})
