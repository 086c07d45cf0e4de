import { expect, test, type Page } from '@playwright/test'
import { ChatPage } from '../fixtures/chat-page'

const SUM = 'What is 3847 + 2956?'
const DECLINED = 'Write me a poem about the sea'

const more = async (page: Page, role: 'user' | 'assistant', action: string, at = -1) => {
  const message = page.locator(`[data-testid=message][data-role=${role}]`).nth(at)
  await message.locator('[data-part=more]').click()
  await page.locator(`[data-part=${action}]`).click()
}

/** Opens the settings of this chat, does something there, and closes them. */
async function configure(page: Page, act: () => Promise<void>): Promise<void> {
  await page.getByTestId('chat-settings-open').click()
  await expect(page.getByTestId('chat-settings')).toBeVisible()
  await act()
  await page.getByTestId('chat-settings-close').click()
}

test('thinks as much as is wanted: by a budget, not at all, and says what was done', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  const whole = await chat.ask(SUM)
  await configure(page, async () => {
    await page.getByTestId('setting-effort').selectOption('number')
    await page.getByTestId('setting-effort-tokens').fill('12')
    await page.getByTestId('setting-effort-tokens').press('Tab')
  })
  const short = await chat.ask(SUM)
  expect(short.thought.length).toBeLessThan(whole.thought.length)
  await expect(chat.replies.nth(1).locator('[data-part=thought-closed]')).toHaveAttribute('data-reason', 'budget')
  // The same question again: only the closing is new in the KV cache.
  expect(short.answer).not.toBe('')

  await page.getByTestId('effort').selectOption('off')
  const off = await chat.ask(SUM)
  expect(off.thought).toBe('')
  expect(off.answer).not.toBe('')
  await page.reload()
  await expect(page.getByTestId('effort')).toHaveValue('off')
  await page.getByTestId('effort').selectOption('')
  expect((await chat.ask(SUM)).answer).toBe(whole.answer)
})

test('holds a vote: one prefill, a tally, the winner on the page and the others as branches', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('12 + 30')
  await page.getByTestId('votes').selectOption('3')
  await expect(page.locator('[data-part=votes-cost]')).toBeVisible()
  await chat.send(SUM)
  const tally = page.getByTestId('vote-tally')
  await expect(tally).toHaveAttribute('data-count', '3', { timeout: 30_000 })
  const reply = chat.replies.nth(1)
  await expect(reply.locator('[data-part=versions]')).toHaveAttribute('data-count', '3')
  await expect(reply.locator('[data-part=answer]')).toContainText((await tally.getAttribute('data-value')) ?? '?')
  // All except the first found the whole prompt in the KV cache.
  const prefilled: number[] = []
  for (const vote of await tally.locator('[data-part=vote]').all()) {
    await vote.click()
    prefilled.push(Number(await reply.getByTestId('stats').getAttribute('data-prefilled')))
  }
  expect(prefilled.filter((count) => count === 1)).toHaveLength(2)
})

test('goes on from an edited thought as another branch, and keeps the first', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  const first = await chat.ask(SUM)
  await more(page, 'assistant', 'edit-reply')
  await page.locator('[data-part=edit-answer]').fill('')
  await page.locator('[data-part=edit-thought]').fill('3847+2956:\n7+6=13\n')
  await page.locator('[data-part=edit-reply-send]').click()
  await expect(page.locator('[data-part=versions]')).toHaveAttribute('data-index', '2')
  const second = await chat.finished(0)
  expect(second.thought.startsWith('3847+2956:\n7+6=13')).toBe(true)
  expect(second.answer).toBe(first.answer)
  await page.locator('[data-part=version-previous]').click()
  await expect(page.locator('[data-part=answer]')).toContainText('6803')
})

test('counts what is sent, and leaves out or keeps what somebody wants', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('12 + 30')
  const gauge = page.getByTestId('context-gauge')
  await expect(gauge).toHaveAttribute('data-window', '1024')
  const used = async () => Number(await gauge.getAttribute('data-used'))
  /** The number once it no longer changes: the reply and what is typed are counted in turn. */
  const settled = async () => {
    let last = NaN
    const isSame = async () => last === (last = await used())
    await expect.poll(isSame, { intervals: [500] }).toBe(true)
    return last
  }
  const before = await settled()
  await chat.composer.fill('What is 20 + 22, if you please?')
  await expect.poll(used).toBeGreaterThan(before)
  const typed = await settled()
  await more(page, 'user', 'exclude')
  await expect(chat.questions.first().locator('[data-part=excluded]')).toBeVisible()
  await expect.poll(used).toBeLessThan(typed)
  const without = await used()
  const { prompt } = await chat.ask('What is 20 + 22, if you please?')
  expect(prompt).toBe(without)
  await more(page, 'user', 'exclude', 0)
  await expect(page.locator('[data-part=excluded]')).toHaveCount(0)
  await page.reload()
  await more(page, 'user', 'pin-message', 0)
  await expect(page.locator('[data-part=pinned]')).toHaveCount(1)
})

test('offers a summary before anything is left out, and sends it when it was looked at', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  const gauge = page.getByTestId('context-gauge')
  const full = page.getByTestId('context-full')
  const dropped = () => gauge.getAttribute('data-dropped')
  await chat.ask('12 + 30')
  for (let at = 0; at < 8 && (await dropped()) === '0'; at += 1) {
    const used = await gauge.getAttribute('data-used')
    await chat.ask(`What is ${1234 + at} + 4321? My cat is called Miu.`)
    await expect(gauge).not.toHaveAttribute('data-used', used ?? '')
  }
  expect(Number(await dropped())).toBeGreaterThan(0)
  await expect(full).toHaveCount(0)
  await chat.composer.fill('And 1 + 1?')
  await expect(full).toBeVisible()
  const questions = await chat.questions.count()
  await page.getByTestId('summarise').click()
  await expect(full).toHaveAttribute('data-state', 'ready')
  await page.getByTestId('summary-draft').fill('The cat is called Miu.')
  await page.getByTestId('summary-use').click()
  await expect(page.getByTestId('summary')).toHaveCount(1)
  await expect(gauge).toHaveAttribute('data-dropped', '0')
  await expect(chat.questions).toHaveCount(questions)
  await page.reload()
  await page.getByTestId('summary').locator('summary').click()
  await expect(page.getByTestId('summary-text')).toHaveValue('The cat is called Miu.')
  await page.getByTestId('summary-remove').click()
  await expect(page.getByTestId('summary')).toHaveCount(0)
  await page.getByTestId('undo-summary').getByRole('button').first().click()
  await expect(page.getByTestId('summary')).toHaveCount(1)
})

test('deletes a message with what follows, brings it back, and answers a question that was left', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('12 + 30')
  await chat.ask('20 + 22')
  await more(page, 'user', 'delete-message', 1)
  await expect(chat.questions).toHaveCount(1)
  await page.getByTestId('undo-messages').getByRole('button').first().click()
  await expect(chat.questions).toHaveCount(2)
  await expect(chat.replies.nth(1).locator('[data-part=answer]')).toContainText('42')
  await more(page, 'assistant', 'delete-message', 1)
  await expect(chat.replies).toHaveCount(1)
  await page.reload()
  await expect(chat.questions).toHaveCount(2)
  await page.locator('[data-part=answer-question]').click()
  expect((await chat.finished(1)).answer).toContain('42')
})

test('continues a chat in a chat of its own', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask('12 + 30')
  await chat.ask('20 + 22')
  const address = page.url()
  await more(page, 'assistant', 'fork', 0)
  await expect(page).not.toHaveURL(address)
  await expect(chat.replies).toHaveCount(1)
  await chat.ask('1 + 1')
  await page.goto(address)
  await expect(chat.replies).toHaveCount(2)
})

test('says why an answer is the same, and gives another with a seed that can be had again', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask(SUM)
  await chat.replies.first().locator('[data-part=regenerate]').click()
  await expect(page.locator('[data-part=same]')).toBeVisible()
  await page.locator('[data-part=vary]').click()
  await expect(page.locator('[data-part=versions]')).toHaveAttribute('data-count', '3')
  await chat.finished(0)

  await chat.newChat()
  await configure(page, async () => {
    await page.getByTestId('setting-temperature').fill('2')
    await page.getByTestId('setting-seed').fill('11')
    await page.getByTestId('setting-seed').press('Tab')
  })
  const texts = []
  texts.push(await chat.ask('龘 Привет zq'))
  await chat.replies.first().locator('[data-part=regenerate]').click()
  await expect(page.locator('[data-part=versions]')).toHaveAttribute('data-index', '2')
  texts.push(await chat.finished(0))
  expect(texts[1]?.answer).toBe(texts[0]?.answer)
})

test('names what wrote an answer, and offers a bigger model where Nano declines', async ({ page }) => {
  const chat = new ChatPage(page)
  await chat.open()
  await chat.ask(SUM)
  await expect(chat.replies.first()).toHaveAttribute('data-model-id', 'nano')
  await expect(chat.replies.first().locator('[data-part=origin]')).toHaveAttribute('data-engine', 'wllama')
  await expect(page.locator('[data-part=ask-bigger]')).toHaveCount(0)
  await chat.ask(DECLINED)
  await page.locator('[data-part=ask-bigger]').click()
  await expect(page).toHaveURL(/#\/models/)
  await page.goBack()
  await expect(chat.composer).toHaveValue(DECLINED)
  await page.getByTestId('model-picker').click()
  await expect(page.locator('[data-part=pick-nano]')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('model-picker')).toBeFocused()
})
