import { flushSync } from 'svelte'
import { describe, expect, it, vi } from 'vitest'
import { m } from '../../i18n'
import { all, appears, draw, english, eventually, one, press, textOf } from '../ui.fixture'
import Outline from './Outline.svelte'
import Thought from './Thought.svelte'

const STEPS = ['First, **add**.', 'Then carry.', 'Wait, is it right?', 'So it is 3.']
const TEXT = STEPS.join('\n\n')

const open = (text: string, live: boolean) =>
  draw(Thought, {
    text,
    live,
    label: 'Thought for 2 s',
    marks: [
      [0, 0],
      [TEXT.length, 40],
    ] as const,
    format: english,
  })

describe('Thought', () => {
  it('is open while it streams, closed when it ends, and keeps what the reader chose', () => {
    const { props } = open('I add', true)
    expect(one('thought').dataset['open']).toBe('true')
    props.live = false
    flushSync()
    expect(one('thought').dataset['open']).toBe('false')
    props.live = true
    press('thought-toggle')
    expect(one('thought').dataset['open']).toBe('false')
    props.text = 'I add up'
    flushSync()
    expect(one('thought').dataset['open']).toBe('false')
    press('thought-toggle')
    props.live = false
    flushSync()
    expect(one('thought').dataset['open']).toBe('true')
  })

  it('has a button that names its box and says whether it is open', () => {
    open('x', false)
    const button = one('thought-toggle')
    expect(textOf('thought-toggle')).toBe('Thought for 2 s')
    const box = document.getElementById(button.getAttribute('aria-controls') ?? '')
    expect([button.getAttribute('aria-expanded'), box?.hidden]).toEqual(['false', true])
    press('thought-toggle')
    expect([button.getAttribute('aria-expanded'), box?.hidden]).toEqual(['true', false])
  })

  it('shows raw text while it streams and Markdown once it has ended', async () => {
    const { props } = open(TEXT, true)
    expect(one('thought-text').textContent).toBe(TEXT)
    expect(all('thought-copy')).toEqual([])
    props.live = false
    press('thought-toggle')
    await appears('[data-part=thought-text] strong')
    expect(textOf('[data-part=thought-text] strong')).toBe('add')
  })

  it('is not higher for a long text than for a short one while it streams, and follows its end', async () => {
    const { props } = open('x', true)
    const view = one('[data-part=thought] .view')
    const height = view.offsetHeight
    props.text = 'line\n'.repeat(200)
    flushSync()
    expect(view.offsetHeight).toBe(height)
    await eventually(() =>
      expect(view.scrollHeight - view.clientHeight - view.scrollTop, 'from the end').toBeLessThan(4),
    )
  })

  it('copies the thought as it was written', async () => {
    const written = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    open(TEXT, false)
    press('thought-toggle')
    press('thought-copy')
    await eventually(() => expect(written).toHaveBeenCalledWith(TEXT))
  })
})

describe('Outline', () => {
  const openOutline = (thought: string, tokens: number) => {
    const content = document.createElement('div')
    for (const step of thought.split('\n\n')) {
      const paragraph = document.createElement('p')
      paragraph.textContent = step
      content.append(paragraph)
    }
    document.body.append(content)
    const marks = [
      [0, 0],
      [thought.length, tokens],
    ] as const
    draw(Outline, { thought, marks, content, format: english })
    return content
  }

  it('lists the steps, and how many tokens each took', () => {
    openOutline(TEXT, TEXT.length)
    const steps = all('[data-part=outline] button')
    expect(steps).toHaveLength(4)
    expect(one('outline').getAttribute('aria-label')).toBe(m.outline())
    const tokens = all('[data-part=outline] .tokens').map((one) => Number(/\d+/.exec(one.textContent)?.[0]))
    expect(tokens.reduce((sum, count) => sum + count, 0)).toBeCloseTo(TEXT.length, -1)
    for (const count of tokens) expect(count).toBeGreaterThan(0)
  })

  it('counts nothing where a reply does not say how many tokens it has', () => {
    openOutline(TEXT, 0)
    expect(all('[data-part=outline] button')).toHaveLength(4)
    expect(all('[data-part=outline] .tokens')).toEqual([])
  })

  it.each(['', 'One step.', 'One.\n\nTwo.'])('is not there for %j', (thought) => {
    openOutline(thought, 10)
    expect(all('outline')).toEqual([])
  })

  it('goes to the step that is pressed, with the focus', () => {
    const content = openOutline(TEXT.replace('**add**', 'add'), 10)
    all('[data-part=outline] button')[2]?.click()
    expect(document.activeElement).toBe(content.children[2])
  })
})
