import { flushSync, mount, unmount } from 'svelte'
import { afterEach, describe, expect, it, vi } from 'vitest'
import english from '../../../test/fixtures/answers/answers-en.txt?raw'
import moreEnglish from '../../../test/fixtures/answers/answers-en-2.txt?raw'
import chinese from '../../../test/fixtures/answers/answers-zh.txt?raw'
import moreChinese from '../../../test/fixtures/answers/answers-zh-2.txt?raw'
import '../styles/base.css'
import { props } from './code-block.fixture.svelte'
import Markdown from './Markdown.svelte'

/** Answers of test/fixtures/answers.ts, which a browser cannot read: the text between `!!` and `=>`. */
const ANSWERS = [english, moreEnglish, chinese, moreChinese].flatMap((file) =>
  file
    .split(/^@@ /m)
    .slice(1)
    .map((part) => ({
      id: part.split(' ', 1)[0] ?? '',
      answer: (/^!!\n([\s\S]*?)^=>/m.exec(part)?.[1] ?? '').trim(),
    })),
)

let mounted: Record<string, unknown> | undefined
afterEach(async () => {
  if (mounted) await unmount(mounted)
  mounted = undefined
  document.body.replaceChildren()
})

function open(text: string, closed: boolean) {
  const target = document.createElement('main')
  target.style.width = '40rem'
  document.body.append(target)
  const state = props({ text, closed })
  mounted = mount(Markdown, { target, props: state })
  flushSync()
  return { state, target }
}

const isDrawn = (target: HTMLElement) => target.querySelector('[data-part=formula][data-state=waiting]') === null

describe('Markdown', () => {
  it.each(ANSWERS)('$id: its height never shrinks by more than a line while it is written', async ({ answer }) => {
    const first = open('$x$', true)
    await vi.waitFor(() => expect(isDrawn(first.target)).toBe(true), 20_000)
    first.target.remove()
    const { state, target } = open('', false)
    let height = 0
    let drop = { by: 0, at: '' }
    for (let end = 1; end < answer.length; end += 3) {
      state.text = answer.slice(0, end)
      flushSync()
      const now = target.getBoundingClientRect().height
      if (height - now > drop.by) drop = { by: height - now, at: state.text.slice(-60) }
      height = now
    }
    expect(drop.by, JSON.stringify(drop.at)).toBeLessThanOrEqual(28)
    state.text = answer
    state.closed = true
    flushSync()
    expect(Math.abs(target.getBoundingClientRect().height - height)).toBeLessThan(80)
    expect(target.querySelectorAll('[data-state=wrong]')).toHaveLength(0)
  })
})
