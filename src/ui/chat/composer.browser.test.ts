import { flushSync } from 'svelte'
import { describe, expect, it } from 'vitest'
import { m } from '../../i18n'
import { openPage } from '../../state/page.fixture'
import {
  all,
  AppError,
  appears,
  draw,
  english,
  eventually,
  gate,
  key,
  modelList,
  one,
  openState,
  press,
  write,
} from '../ui.fixture'
import Composer from './Composer.svelte'
import DeletedElsewhere from './DeletedElsewhere.svelte'

const LONG = 'line\n'.repeat(600)

function open(prefill?: string) {
  const page = openState()
  const { chat, model, drafts, queue, settings } = page
  const library = () => Promise.resolve(modelList().list)
  const { props } = draw(Composer, { chat, model, drafts, queue, library, settings, format: english, prefill })
  return { ...page, props, field: one<HTMLTextAreaElement>('composer') }
}

function paste(text: string): Event {
  const clipboardData = new DataTransfer()
  clipboardData.setData('text/plain', text)
  const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true })
  one('composer').dispatchEvent(event)
  flushSync()
  return event
}

describe('Composer', () => {
  it('keeps a question for a chat that another tab has deleted until it is put back', async () => {
    const { chat, field, drafts, engine, ask, database } = open()
    await ask('a', '1')
    write('composer', 'and now?')
    const other = openPage({ database })
    const id = chat.shown.conversation?.id ?? expect.fail()
    await other.edits.remove([id])
    draw(DeletedElsewhere, { chat, drafts })
    await eventually(() => {
      flushSync()
      expect(one<HTMLButtonElement>('send').disabled).toBe(true)
    })
    key('composer', 'Enter')
    expect([field.value, drafts.of(id).text]).toEqual(['and now?', 'and now?'])
    press('put-back')
    await eventually(() => {
      flushSync()
      expect(one<HTMLButtonElement>('send').disabled).toBe(false)
    })
    engine.replies.push(['2'])
    key('composer', 'Enter')
    await eventually(() => expect(chat.shown.path.at(-1)).toMatchObject({ state: 'done', text: '2' }))
    expect(chat.shown.path).toHaveLength(4)
  })

  it('opens the library of prompts for a slash in the empty field, and for no other', async () => {
    const { field, drafts } = open()
    write('composer', 'a/')
    write('composer', '/etc')
    expect(all('prompts')).toEqual([])
    write('composer', '/')
    await appears('prompts')
    await eventually(() => expect(document.activeElement).toBe(one('prompt-find')))
    write('prompt-find', 'etc/hosts')
    key('prompt-find', 'Escape')
    await eventually(() => expect(field.value).toBe('/etc/hosts'))
    expect([document.activeElement, all('prompts').length, drafts.of(drafts.newKey).text]).toEqual([
      field,
      0,
      '/etc/hosts',
    ])
    write('composer', '、')
    await appears('prompt-find')
    key('prompt-find', 'Escape')
    await eventually(() => expect(field.value).toBe('、'))
  })

  it('sends with Enter, empties itself and forgets the draft', async () => {
    const { chat, engine, field, drafts, draftStore } = open()
    engine.replies.push(['<think>so</think>', '42'])
    write('composer', '20 + 22')
    expect(drafts.of(drafts.newKey).text).toBe('20 + 22')
    expect(key('composer', 'Enter').defaultPrevented).toBe(true)
    await eventually(() => expect(chat.shown.path.at(-1)?.state).toBe('done'))
    expect(chat.shown.path.map(({ text }) => text)).toEqual(['20 + 22', '<think>so</think>42'])
    expect(field.value).toBe('')
    await eventually(async () => expect([...(await draftStore.all()).keys()]).toEqual([]))
  })

  it.each([
    ['Shift and Enter', { shiftKey: true }],
    ['Alt and Enter', { altKey: true }],
    ['the Enter that ends a composition', { isComposing: true }],
    ['the Enter that ended one in Safari', { keyCode: 229 }],
  ])('does not send with %s', (_name, more) => {
    const { chat, field } = open()
    write('composer', '你好')
    expect(key('composer', 'Enter', more).defaultPrevented).toBe(false)
    expect(chat.shown.path).toEqual([])
    expect(field.value).toBe('你好')
  })

  it('sends with Ctrl or Cmd and Enter alone, where that was chosen, and says so', async () => {
    const { chat, engine, field, settings } = open()
    engine.replies.push(['so</think>', '42'])
    expect(field.title).toBe(m.composer_hint())
    settings.sendKey.choose('ctrl-enter')
    flushSync()
    expect(field.title).toBe(m.composer_hint_ctrl_enter())
    write('composer', '20 + 22')
    expect(key('composer', 'Enter').defaultPrevented).toBe(false)
    expect(chat.shown.path).toEqual([])
    expect(key('composer', 'Enter', { metaKey: true }).defaultPrevented).toBe(true)
    await eventually(() => expect(chat.shown.path.at(-1)?.state).toBe('done'))
  })

  it.each(['', '   ', '\n\n'])('does not send %j', (text) => {
    const { chat } = open()
    write('composer', text)
    expect(one<HTMLButtonElement>('send').disabled).toBe(true)
    key('composer', 'Enter')
    expect(chat.shown.path).toEqual([])
  })

  it('stops a reply with the round button, unless something is typed meanwhile', async () => {
    const { chat, engine } = open()
    const wait = gate()
    engine.replies.push(['half', wait.opened, 'more'])
    write('composer', 'a')
    key('composer', 'Enter')
    await eventually(() => expect(chat.live?.text).toBe('half'))
    flushSync()
    expect(all('send')).toEqual([])
    write('composer', 'the next')
    expect(all('stop')).toEqual([])
    expect(one('send').getAttribute('aria-label')).toBe(m.queue_add())
    write('composer', '')
    expect(one('stop').getAttribute('aria-label')).toBe(m.stop())
    press('stop')
    await eventually(() => expect(chat.shown.path.at(-1)?.state).toBe('stopped'))
    wait.open()
  })

  it('lets the next questions wait for the reply, to be changed, dropped and asked in turn', async () => {
    const { chat, engine, field, queue } = open()
    const wait = gate()
    engine.replies.push(['one', wait.opened], ['two'])
    write('composer', 'a')
    key('composer', 'Enter')
    await eventually(() => expect(chat.live?.text).toBe('one'))
    for (const question of ['b', 'c', 'd']) {
      write('composer', question)
      key('composer', 'Enter')
    }
    expect(field.value).toBe('')
    await eventually(() => expect(all('queued')).toHaveLength(3))
    const change = (at: number, text: string) => {
      const input = all('queued')[at]?.querySelector('input')
      if (!input) throw new Error('It is not in the queue.')
      input.value = text
      input.dispatchEvent(new Event('change', { bubbles: true }))
      flushSync()
    }
    change(0, 'B')
    change(1, ' ')
    expect(queue.waiting).toEqual(['B', 'd'])
    const [, drop] = all('queue-drop')
    drop?.click()
    flushSync()
    wait.open()
    await eventually(() => expect(chat.shown.path.map(({ text }) => text)).toEqual(['a', 'one', 'B', 'two']))
    flushSync()
    expect(all('queue')).toEqual([])
  })

  it('keeps the queue where a reply has failed, until somebody goes on', async () => {
    const { chat, engine, queue } = open()
    const wait = gate()
    const failure = new AppError('generation-failed', 'It failed.', { retry: 'later' })
    engine.replies.push(['one', wait.opened, failure], ['two'])
    write('composer', 'a')
    key('composer', 'Enter')
    await eventually(() => expect(chat.live?.text).toBe('one'))
    write('composer', 'b')
    key('composer', 'Enter')
    wait.open()
    await eventually(() => expect(chat.shown.path.at(-1)?.state).toBe('error'))
    expect(queue.waiting).toEqual(['b'])
    await eventually(() => expect(all('queue-send')).toHaveLength(1))
    press('queue-send')
    await eventually(() => expect(chat.shown.path.at(-1)?.text).toBe('two'))
  })

  it('says that another chat is answered, and asks here when that has ended', async () => {
    const { chat, engine, queue } = open()
    const wait = gate()
    engine.replies.push(['half', wait.opened], ['here'])
    void chat.send('a')
    await eventually(() => expect(chat.live?.text).toBe('half'))
    chat.shown.startNew()
    flushSync()
    expect(one('busy').textContent).toBe(m.busy_elsewhere())
    write('composer', 'b')
    key('composer', 'Enter')
    expect(chat.shown.path).toEqual([])
    expect(queue.waiting).toEqual(['b'])
    wait.open()
    await eventually(() => expect(chat.shown.path.map(({ text }) => text)).toEqual(['b', 'here']))
  })

  it('brings the last question back with the arrow, only into an empty field', async () => {
    const { chat, ask, field } = open()
    expect(key('composer', 'ArrowUp').defaultPrevented).toBe(false)
    await ask('first', '<think>x</think>y')
    await ask('second', '<think>x</think>y')
    flushSync()
    expect(chat.shown.path).toHaveLength(4)
    expect(key('composer', 'ArrowUp', { isComposing: true }).defaultPrevented).toBe(false)
    expect(field.value).toBe('')
    key('composer', 'ArrowUp')
    expect(field.value).toBe('second')
    write('composer', 'typed')
    expect(key('composer', 'ArrowUp').defaultPrevented).toBe(false)
    expect(field.value).toBe('typed')
  })

  it('takes a text from the address once, keeps it as the draft and has the focus', () => {
    const { field, drafts } = open('7 + 8')
    expect(field.value).toBe('7 + 8')
    expect(drafts.of(drafts.newKey).text).toBe('7 + 8')
    expect(document.activeElement).toBe(field)
    write('composer', '')
    expect(field.value).toBe('')
  })

  it('grows with its text up to a limit, and stays one line high with a placeholder of two', () => {
    const { field } = open()
    const empty = field.offsetHeight
    write('composer', 'a\nb\nc')
    const three = field.offsetHeight
    expect(three).toBeGreaterThan(2 * empty)
    write('composer', 'a\n'.repeat(100))
    expect(field.offsetHeight).toBeLessThan(9 * empty)
    expect(field.scrollHeight).toBeGreaterThan(field.offsetHeight)
    write('composer', '')
    expect(field.offsetHeight).toBe(empty)
  })

  it('keeps a long paste beside the field and sends it after what was typed', async () => {
    const { chat, engine, drafts } = open()
    engine.replies.push(['<think>x</think>y'])
    expect(paste('short').defaultPrevented).toBe(false)
    expect(paste(LONG).defaultPrevented).toBe(true)
    await appears('pasted')
    expect(drafts.of(drafts.newKey).pasted).toEqual([LONG])
    write('composer', 'Sum up:')
    press('send')
    await eventually(() => expect(chat.shown.path[0]?.text).toBe(`Sum up:\n\n${LONG}`))
    flushSync()
    expect(all('pasted')).toEqual([])
    await eventually(() => expect(chat.live).toBeUndefined())
  })

  it('opens, edits and removes a paste, after which the field has the focus', async () => {
    const { field, drafts } = open()
    paste(LONG)
    paste(`${LONG}2`)
    await appears('pasted-open')
    expect(all('pasted-open').map((chip) => chip.getAttribute('aria-expanded'))).toEqual(['false', 'false'])
    press('pasted-open')
    expect(one('pasted-open').getAttribute('aria-expanded')).toBe('true')
    expect(document.getElementById(one('pasted-open').getAttribute('aria-controls') ?? '')?.hidden).toBe(false)
    write('pasted-text', 'other')
    expect(drafts.of(drafts.newKey).pasted).toEqual(['other', `${LONG}2`])
    press('pasted-remove')
    expect(all('pasted')).toHaveLength(1)
    expect(document.activeElement).toBe(field)
    press('pasted-remove')
    expect(drafts.of(drafts.newKey).pasted).toEqual([])
    expect(one<HTMLButtonElement>('send').disabled).toBe(true)
  })

  it('shows the draft of the chat that is shown', async () => {
    const { chat, ask, field } = open()
    await ask('a', '<think>x</think>y')
    const { conversation } = chat.shown
    flushSync()
    write('composer', 'for this chat')
    chat.shown.startNew()
    flushSync()
    expect(field.value).toBe('')
    write('composer', 'for a new one')
    if (conversation) await chat.shown.open(conversation.id)
    flushSync()
    expect(field.value).toBe('for this chat')
  })
})
