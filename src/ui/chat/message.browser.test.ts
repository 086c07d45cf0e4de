import { flushSync } from 'svelte'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Message } from '../../conversations/conversations'
import { chooseLocale, m } from '../../i18n'
import { errorText } from '../error-text'
import {
  all,
  AppError,
  appears,
  draw,
  english,
  eventually,
  gate,
  key,
  LANGUAGES,
  messageAt,
  modelList,
  one,
  openState,
  press,
  textOf,
  write,
} from '../ui.fixture'
import Question from './Question.svelte'
import Reply from './Reply.svelte'

const LONG = 'word '.repeat(1000)

/** A question that was asked, drawn. */
async function openQuestion(question: string) {
  const page = openState()
  await page.ask(question, '<think>so</think>yes')
  const drawn = draw(Question, { ...page, message: messageAt(page, 0) })
  return { ...page, ...drawn }
}

/** A reply on a page, drawn; by default the last one. */
function drawReply(
  { chat, drafts, settings, ...page }: ReturnType<typeof openState>,
  change: { message?: Message; modelLoading?: boolean } = {},
) {
  return draw(Reply, {
    chat,
    drafts,
    settings,
    message: messageAt({ chat, drafts, settings, ...page }, -1),
    format: english,
    modelLoading: false,
    library: () => Promise.resolve(modelList().list),
    onkeep: () => undefined,
    ...change,
  })
}

async function openReply(...steps: Parameters<ReturnType<typeof openState>['ask']>[1][]) {
  const page = openState()
  await page.ask('a', ...steps)
  return { ...page, ...drawReply(page) }
}

function clipboard(write: (text: string) => Promise<void> = () => Promise.resolve()) {
  const written = vi.fn(write)
  vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(written)
  return written
}

afterEach(() => vi.useRealTimers())

describe('Question', () => {
  it('shows what was asked as text, under a heading for screen readers', async () => {
    const { target } = await openQuestion('<b>2 < 3</b>\n  & more')
    expect(one('message').dataset['role']).toBe('user')
    expect(one('article p', target).textContent).toBe('<b>2 < 3</b>\n  & more')
    expect(one('article h2', target).textContent).toBe(m.you_asked())
    expect(all('fold')).toEqual([])
    expect(all('versions')).toEqual([])
  })

  it('folds a long text, and says which way the button goes', async () => {
    const { target } = await openQuestion(LONG)
    const height = () => one('article p', target).offsetHeight
    const folded = height()
    expect(one('fold').getAttribute('aria-expanded')).toBe('false')
    press('fold')
    expect(one('fold').getAttribute('aria-expanded')).toBe('true')
    expect(one('fold').textContent).toBe(m.show_less())
    expect(height()).toBeGreaterThan(2 * folded)
    press('fold')
    expect(height()).toBe(folded)
  })

  it('breaks a word without end instead of growing sideways', async () => {
    const { target } = await openQuestion('x'.repeat(500))
    expect(target.scrollWidth).toBeLessThanOrEqual(target.clientWidth)
  })

  it('copies what was asked, and says whether that worked', async () => {
    const written = clipboard()
    await openQuestion('1 + 1')
    press('copy')
    await eventually(() => expect(one('copy').dataset['outcome']).toBe('copied'))
    expect(written).toHaveBeenCalledWith('1 + 1')
    expect(one('[role=status]').textContent).toBe(m.copied())

    clipboard(() => Promise.reject(new Error('refused')))
    press('copy')
    await eventually(() => expect(one('copy').dataset['outcome']).toBe('failed'))
    expect(one('copy').getAttribute('aria-label')).toBe(m.copy_failed())
  })

  it('is edited in place, with the focus in the field, and asked beside the first', async () => {
    const { chat, engine } = await openQuestion('1 + 1')
    engine.replies.push(['<think>x</think>y'])
    press('edit')
    expect(document.activeElement).toBe(one('edit-text'))
    expect(one<HTMLTextAreaElement>('edit-text').value).toBe('1 + 1')
    write('edit-text', '2 + 2')
    expect(key('edit-text', 'Enter').defaultPrevented).toBe(true)
    await eventually(() => expect(chat.shown.path[0]?.text).toBe('2 + 2'))
    const [question] = chat.shown.path
    expect(question && chat.shown.branches.beside(question)).toHaveLength(2)
    await eventually(() => expect(chat.live).toBeUndefined())
  })

  it('keeps a begun edit over a reload, and forgets it when it is sent or cancelled', async () => {
    const page = await openQuestion('1 + 1')
    press('edit')
    write('edit-text', '2 + 2')
    page.target.remove()
    draw(Question, { ...page, message: messageAt(page, 0) })
    await eventually(() => expect(one<HTMLTextAreaElement>('edit-text').value).toBe('2 + 2'))
    press('edit-cancel')
    flushSync()
    expect(all('edit-text')).toEqual([])
    expect(page.drafts.editOf(messageAt(page, 0))).toBe('')
  })

  it.each([
    ['Escape', () => key('edit-text', 'Escape')],
    ['its button', () => press('edit-cancel')],
  ])('leaves the question as it was by %s', async (_name, leave) => {
    const { chat, target } = await openQuestion('1 + 1')
    press('edit')
    write('edit-text', 'other')
    leave()
    expect(one('article p', target).textContent).toBe('1 + 1')
    expect(chat.shown.path).toHaveLength(2)
  })

  it('keeps the field open for Escape and Enter within a composition, and for an empty text', async () => {
    const { chat } = await openQuestion('1 + 1')
    press('edit')
    key('edit-text', 'Escape', { isComposing: true })
    key('edit-text', 'Enter', { isComposing: true })
    write('edit-text', '  ')
    key('edit-text', 'Enter')
    expect(one<HTMLButtonElement>('edit-send').disabled).toBe(true)
    expect(one<HTMLTextAreaElement>('edit-text').value).toBe('  ')
    expect(chat.shown.path).toHaveLength(2)
  })

  it('cannot be edited while a reply is written', async () => {
    const { chat, engine } = await openQuestion('1 + 1')
    const wait = gate()
    engine.replies.push(['half', wait.opened])
    void chat.send('2')
    await eventually(() => expect(chat.live?.text).toBe('half'))
    flushSync()
    expect(one<HTMLButtonElement>('edit').disabled).toBe(true)
    wait.open()
    await eventually(() => expect(chat.live).toBeUndefined())
    flushSync()
    expect(one<HTMLButtonElement>('edit').disabled).toBe(false)
  })
})

describe('Reply', () => {
  it('keeps a begun edit over a reload, thought and answer apart, and forgets it when it is sent or cancelled', async () => {
    const page = await openReply('<think>\nso\n</think>\n\nyes')
    const reply = messageAt(page, -1)
    const fields = () => ['edit-thought', 'edit-answer'].map((name) => one<HTMLTextAreaElement>(name).value)
    const edit = async () => {
      press('more')
      await appears('edit-reply')
      press('edit-reply')
      await appears('edit-answer')
    }
    await edit()
    expect(page.drafts.editedThought(reply)).toBeUndefined()
    write('edit-thought', 'so\n\n')
    write('edit-answer', '')
    page.target.remove()
    const drawn = drawReply(page)
    await appears('edit-answer')
    expect(fields()).toEqual(['so\n\n', ''])
    press('edit-reply-cancel')
    expect(all('edit-reply-form')).toEqual([])
    expect(page.drafts.editedThought(reply)).toBeUndefined()
    await eventually(async () => expect((await page.draftStore.all()).size).toBe(0))
    drawn.target.remove()
    drawReply(page)
    expect(all('edit-reply-form')).toEqual([])

    await edit()
    expect(fields()).toEqual(['so', 'yes'])
    write('edit-answer', 'no')
    page.engine.replies.push([' it is'])
    press('edit-reply-send')
    await eventually(() => expect(page.chat.shown.path.at(-1)?.state).toBe('done'))
    expect(page.chat.shown.path.at(-1)?.text).toContain('no it is')
    expect(page.drafts.editedThought(reply)).toBeUndefined()
    await eventually(async () => expect((await page.draftStore.all()).size).toBe(0))
  })

  it('shows thought, answer and what they cost', async () => {
    const page = await openReply('<think>I add.', '</think>', '**42**')
    const { stats } = messageAt(page, -1)
    expect(one('message').dataset['state']).toBe('done')
    expect(one('message').getAttribute('aria-busy')).toBe('false')
    await appears('[data-part=answer] strong')
    expect(textOf('answer')).toBe('42')
    expect(textOf('thought-text')).toBe('I add.')
    expect(one('thought').dataset['open']).toBe('false')
    if (!stats) throw new Error('The reply has no counts.')
    const { prefilledTokens, promptTokens, prefillMs, decodeMs } = stats
    expect(one('stats').dataset).toMatchObject({ prefilled: `${prefilledTokens}`, prompt: `${promptTokens}` })
    // four tokens: two tags, the thought and the answer
    const rate = english.rate(4000 / Math.max(decodeMs, 1))
    expect(textOf('stats')).toBe(
      m.stats({ count: 4, tokens: '4', rate, duration: english.duration(prefillMs + decodeMs) }),
    )
  })

  it('has no thought box where nothing was thought, and nothing to copy where nothing was answered', async () => {
    await openReply('<think></think>')
    expect(all('thought')).toEqual([])
    expect(all('copy')).toEqual([])
    expect(all('regenerate')).toHaveLength(1)
  })

  it.each([
    [true, m.waiting_model],
    [false, m.waiting_prompt],
  ])('says what it waits for (model loading: %s)', async (modelLoading, text) => {
    const page = openState()
    const wait = gate()
    const sent = page.ask('a', wait.opened, '<think>x</think>y')
    await eventually(() => expect(page.chat.live?.phase).toBe('waiting'))
    drawReply(page, { modelLoading })
    expect(textOf('waiting')).toBe(text())
    expect(one('message').getAttribute('aria-busy')).toBe('true')
    wait.open()
    await sent
    flushSync()
    expect(all('waiting')).toEqual([])
  })

  it('shows what streams, with the thought open until the answer begins', async () => {
    const page = openState()
    const [thinking, answering] = [gate(), gate()]
    const sent = page.ask('a', '<think>I add', thinking.opened, ' up</think>', '4', answering.opened, '2')
    await eventually(() => expect(page.chat.live?.thought).toBe('I add'))
    drawReply(page)
    expect(one('thought').dataset['open']).toBe('true')
    expect(textOf('thought-text')).toBe('I add')
    expect(all('regenerate')).toEqual([])
    thinking.open()
    await eventually(() => expect(page.chat.live?.answer).toBe('4'))
    flushSync()
    expect(one('thought').dataset['open']).toBe('false')
    answering.open()
    await sent
  })

  it('tells a failure in both languages, keeps what had come, and tries again by the button', async () => {
    const lost = new AppError('generation-failed', 'Lost.', { retry: 'now' })
    const page = await openReply('<think>half a thought', lost)
    const { chat, engine, target } = page
    expect(one('message').dataset['state']).toBe('error')
    expect(one('notice').dataset['code']).toBe('generation-failed')
    expect(textOf('thought-text')).toBe('half a thought')
    expect(all('regenerate')).toEqual([])
    const [, message] = chat.shown.path
    if (!message) throw new Error('no reply')
    for (const language of LANGUAGES) {
      chooseLocale(language)
      drawReply(page, { message })
      expect(textOf('main:last-of-type [data-testid=notice] p')).toBe(errorText(lost))
    }
    engine.replies.push(['<think>x</think>y'])
    press('notice-action', target)
    await eventually(() => expect(chat.shown.path.at(-1)?.state).toBe('done'))
    expect(chat.shown.path).toHaveLength(2)
  })

  it('offers no second try while another reply is written', async () => {
    const { chat, engine } = await openReply(new AppError('generation-failed', 'Broke.', { retry: 'now' }))
    const wait = gate()
    engine.replies.push([wait.opened])
    void chat.send('b')
    await eventually(() => expect(chat.live).toBeDefined())
    flushSync()
    expect(one('notice').querySelector('button')).toBeNull()
    wait.open()
    await eventually(() => expect(chat.live).toBeUndefined())
  })

  it('leaves a thought open that has ended, where that was chosen', async () => {
    const page = openState()
    page.settings.thoughts.choose('open')
    await page.ask('a', '<think>so</think>yes')
    drawReply(page)
    expect(one('thought').dataset['open']).toBe('true')
    press('thought-toggle')
    expect(one('thought').dataset['open']).toBe('false')
  })

  it.each([
    ['stopped', { state: 'stopped' }, m.stopped],
    ['limit', { state: 'stopped', atLimit: true }, m.at_limit],
    ['closed', { state: 'streaming' }, m.interrupted],
  ] as const)('says why it ended early: %s', async (reason, change, text) => {
    const page = openState()
    await page.ask('a', '<think>x</think>y')
    const message = { ...messageAt(page, -1), ...change }
    drawReply(page, { message })
    expect(one('ended').dataset['reason']).toBe(reason)
    expect(textOf('ended')).toBe(text())
    expect(one('message').dataset['state']).toBe('stopped')
  })

  it('says how many earlier turns were left out', async () => {
    const page = openState()
    await page.ask('a', '<think>x</think>y')
    const { stats, ...reply } = messageAt(page, -1)
    if (!stats) throw new Error('no stats')
    const message = { ...reply, stats: { ...stats, droppedTurns: 3 } }
    drawReply(page, { message })
    expect(textOf('dropped-turns')).toBe(m.dropped_turns({ count: '3' }))
  })

  it('goes from version to version by buttons that end at the first and the last', async () => {
    const { chat, engine, props } = await openReply('<think>x</think>one')
    engine.replies.push(['<think>x</think>two'])
    press('regenerate')
    await eventually(() => expect(chat.shown.path.at(-1)?.text).toBe('<think>x</think>two'))
    await eventually(() => expect(chat.live).toBeUndefined())
    const follow = () => {
      Object.assign(props, { message: chat.shown.path.at(-1) })
      flushSync()
    }
    follow()
    expect(one('versions').dataset).toMatchObject({ index: '2', count: '2' })
    expect(one('versions').getAttribute('aria-label')).toBe(m.version({ index: '2', count: '2' }))
    expect(one<HTMLButtonElement>('version-next').disabled).toBe(true)
    press('version-previous')
    await eventually(() => expect(chat.shown.path.at(-1)?.text).toBe('<think>x</think>one'))
    follow()
    expect(one<HTMLButtonElement>('version-previous').disabled).toBe(true)
    expect(one<HTMLButtonElement>('version-next').disabled).toBe(false)
  })

  it('copies the answer without the thought', async () => {
    const written = clipboard()
    await openReply('<think>secret</think>', '**42**')
    press('footer [data-part=copy]')
    await eventually(() => expect(written).toHaveBeenCalledWith('**42**'))
  })
})
