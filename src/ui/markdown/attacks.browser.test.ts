import { flushSync, mount, unmount } from 'svelte'
import { expect, it } from 'vitest'
import { ATTACKS } from '../../../test/fixtures/attacks'
import { DRAWN, everywhere } from '../../../test/fixtures/payloads'
import '../styles/base.css'
import { props } from './code-block.fixture.svelte'
import Markdown from './Markdown.svelte'

const ALLOWED = new Set(DRAWN.split('|'))
/** In formulas KaTeX makes elements of its own, but none that load or run. */
const LOADING = /^(?:a|audio|base|embed|foreignObject|form|iframe|image|img|link|object|script|style|use|video)$/i
/** Texts drawn at once. */
const BATCH = 40

/** What in a drawn text came from the text: elements, handlers, styles, and addresses that are no links. */
function foreignIn(root: ParentNode): string[] {
  return [...root.querySelectorAll('*')].flatMap((element) => {
    const names = element.getAttributeNames()
    const handlers = names.filter((name) => name.startsWith('on') || name === 'srcdoc')
    if (element.closest('.katex'))
      return LOADING.test(element.localName) || handlers.length > 0 ? [element.outerHTML] : []
    const isDrawn = ALLOWED.has(element.localName) || element.closest('button svg') !== null
    const isLink =
      !(element instanceof HTMLAnchorElement) || /^(?:https?:|mailto:|#)/.test(element.getAttribute('href') ?? '')
    return isDrawn && isLink && handlers.length === 0 ? [] : [element.outerHTML.slice(0, 200)]
  })
}

it('has at least 300 attacks', () => {
  expect(ATTACKS.length).toBeGreaterThanOrEqual(300)
})

it.each([
  ['written', true],
  ['being written', false],
] as const)('draws an answer that is %s as text, whatever is in it', async (_, closed) => {
  const asked: string[] = []
  const observer = new PerformanceObserver((list) => asked.push(...list.getEntries().map(({ name }) => name)))
  observer.observe({ type: 'resource' })
  for (let from = 0; from < ATTACKS.length; from += BATCH) {
    const target = document.createElement('main')
    document.body.append(target)
    const drawn = ATTACKS.slice(from, from + BATCH).map((text) =>
      mount(Markdown, { target, props: props({ text: everywhere(text), closed }) }),
    )
    flushSync()
    for (const element of target.querySelectorAll('*'))
      for (const type of ['pointerover', 'mouseover', 'focus', 'toggle'])
        element.dispatchEvent(new Event(type, { bubbles: true }))
    await new Promise(requestAnimationFrame)
    expect(foreignIn(target)).toEqual([])
    for (const one of drawn) await unmount(one)
    target.remove()
  }
  await new Promise((resolve) => setTimeout(resolve, 300))
  observer.disconnect()
  expect('fired' in window).toBe(false)
  expect(asked.filter((address) => new URL(address).origin !== location.origin)).toEqual([])
})
