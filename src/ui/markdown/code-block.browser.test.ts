import { mount, tick, unmount } from 'svelte'
import { afterEach, describe, expect, it, vi } from 'vitest'
import '../styles/base.css'
import CodeBlock from './CodeBlock.svelte'
import { props } from './code-block.fixture.svelte'

let mounted: Record<string, unknown> | undefined
afterEach(async () => {
  if (mounted) await unmount(mounted)
  mounted = undefined
  document.body.replaceChildren()
})

/** A block on the page, and its props, which can be changed. */
async function open(given: { language: string; text: string; closed: boolean }) {
  const state = props(given)
  mounted = mount(CodeBlock, { target: document.body, props: state })
  await tick()
  const figure = document.querySelector<HTMLElement>('[data-part=code]')
  const code = document.querySelector('code')
  if (!figure || !code) throw new Error('not drawn')
  return { state, figure, code }
}

const frame = () => new Promise(requestAnimationFrame)
const source = (lines: number) =>
  Array.from({ length: lines }, (_, index) => `def f${String(index)}(x):  # one\n    return "a" + """b\nc"""\n`).join(
    '\n',
  )

describe('CodeBlock', () => {
  it('streams: its text is the source at every step, its height only grows, and its end is coloured', async () => {
    const text = source(60)
    const { state, figure, code } = await open({ language: 'python', text: '', closed: false })
    const empty = figure.offsetHeight
    let height = empty
    let shrunk = 0
    for (let end = 1; end <= text.length; end += 7) {
      state.text = text.slice(0, end)
      await tick()
      expect(code.textContent).toBe(state.text)
      if (end % 5 === 0) await frame()
      shrunk += Number(figure.offsetHeight < height)
      height = figure.offsetHeight
    }
    state.text = text
    await tick()
    const open_ = figure.offsetHeight
    state.closed = true
    await vi.waitFor(() => expect(figure.dataset.highlighted).toBe('true'), 10_000)
    await vi.waitFor(
      () => expect(code.querySelector('[data-line="239"] .code-string')?.textContent).toBe('c"""'),
      10_000,
    )
    expect(code.textContent).toBe(text)
    expect({ shrunk, closing: figure.offsetHeight - open_ }).toEqual({ shrunk: 0, closing: 0 })
    expect(empty).toBeGreaterThan(30) // the header is there before the first line
  })

  it('is coloured while it streams, not only at its end', async () => {
    const { state, code } = await open({ language: 'python', text: 'def f():\n', closed: false })
    await vi.waitFor(() => expect(code.querySelector('.code-keyword')?.textContent).toBe('def'), 10_000)
    state.text += '    return 1\n'
    await vi.waitFor(() => expect(code.querySelector('[data-line="2"] .code-number')).not.toBeNull(), 10_000)
    expect(code.textContent).toBe(state.text)
  })

  it('is folded when it is long and was whole when it was drawn', async () => {
    const { figure, code } = await open({ language: 'text', text: source(10), closed: true })
    const folded = figure.offsetHeight
    expect(code.textContent).toBe(source(10))
    const unfold = figure.querySelector<HTMLElement>('[aria-expanded=false]')
    expect(unfold?.textContent).toContain('39')
    unfold?.click()
    await tick()
    expect(figure.offsetHeight).toBeGreaterThan(folded + 10 * 24)
    await vi.waitFor(() => expect(document.activeElement?.localName).toBe('pre'), 10_000)
    figure.querySelector<HTMLElement>('[aria-expanded=true]')?.click()
    await tick()
    expect(figure.offsetHeight).toBe(folded)
    await vi.waitFor(() => expect(document.activeElement?.getAttribute('aria-expanded')).toBe('false'), 10_000)
  })

  it('leaves a short one open', async () => {
    const { figure } = await open({ language: '', text: source(7), closed: true })
    expect(figure.querySelector('[aria-expanded]')).toBeNull()
  })

  it('gives what is selected as the source has it, without numbers', async () => {
    const { figure } = await open({ language: 'text', text: source(40), closed: false })
    figure.querySelectorAll<HTMLElement>('[aria-pressed=false]').forEach((button) => button.click())
    await tick()
    getSelection()?.selectAllChildren(figure.querySelector('pre') ?? figure)
    expect(`${getSelection()?.toString() ?? ''}\n`).toBe(source(40))
    figure.querySelectorAll<HTMLElement>('[aria-pressed=true]').forEach((button) => button.click())
  })

  it('touches one text with a token when it has become long, and no chunk that is full', async () => {
    const text = source(700)
    const { state, code } = await open({ language: 'text', text, closed: false })
    const full = [...code.children].slice(0, -1)
    const seen: MutationRecord[] = []
    const observer = new MutationObserver((records) => seen.push(...records))
    observer.observe(code, { subtree: true, childList: true, characterData: true, attributes: true })
    for (const token of ['half', ' a', ' line']) {
      state.text += token
      await tick()
    }
    seen.push(...observer.takeRecords())
    observer.disconnect()
    // the first token makes a line of it: a node or two with their anchors
    expect(seen.length).toBeLessThan(12)
    expect(seen.filter(({ target }) => full.some((chunk) => chunk.contains(target)))).toEqual([])
    expect(code.textContent).toBe(`${text}half a line`)
  })
})
