import { expect, test, type Page } from '@playwright/test'
import { said } from '../fixtures/texts'

/** Remembered verdicts simulate a device that computes wrongly in one precision, because no such device is at hand. */
async function rememberVerdicts(page: Page, passed: { readonly f32: boolean; readonly f16: boolean }): Promise<void> {
  await page.evaluate(async (passedIn) => {
    const json = async (path: string) => (await (await fetch(path)).json()) as Record<string, unknown>
    const { library } = (await json('models/nano/golden.json')) as { library: { sha256: string } }
    const { artifacts } = (await json('models/self-test-f16/manifest.json')) as {
      artifacts: { role: string; sha256: string }[]
    }
    const info = (await navigator.gpu.requestAdapter())?.info
    const adapter = [info?.vendor, info?.architecture, info?.description].filter(Boolean).join(' ')
    const verdict = { prompts: 20, adapter, browserVersion: navigator.userAgent, at: 1 }
    const firstDifference = { prompt: 2, token: 11, expected: 5, got: 6 }
    const remember = (key: string, librarySha256: string | undefined, right: boolean) => {
      const content = { ...verdict, passed: right, ...(!right && { firstDifference }) }
      localStorage.setItem(`thinktab-${key}:${adapter}`, JSON.stringify({ librarySha256, verdict: content }))
    }
    remember('self-test', library.sha256, passedIn.f32)
    remember('self-test-f16', artifacts.find(({ role }) => role === 'library')?.sha256, passedIn.f16)
  }, passed)
}

/** The card of a model that runs on WebGPU only; its details are folded. */
const card = (page: Page) => page.locator('[data-testid=model-card][data-model-id="r1-distill-qwen-7b"]')
const fit = (page: Page) => card(page).getByTestId('fit')
const unfold = (page: Page) => card(page).locator('summary').click()

test('the models page tells of a device that computes wrongly in one precision, and what it does about it', async ({
  page,
}) => {
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto('/?lang=en#/models')
  await unfold(page)
  await expect(fit(page)).toBeVisible({ timeout: 60_000 })
  await expect(page.getByTestId('self-test')).toHaveAttribute('data-state', 'unknown')
  expect(asked.filter((url) => /self-test-f16|golden\.json/.test(url))).toEqual([])

  await rememberVerdicts(page, { f32: true, f16: false })
  await page.reload()
  await expect(page.getByTestId('self-test')).toHaveText(
    said('en', 'self_test_wrong_f16', { prompt: '3', token: '12' }),
  )
  await expect(fit(page).locator('[data-reason=wrong-results]')).toHaveCount(0)

  await rememberVerdicts(page, { f32: false, f16: false })
  await page.reload()
  await expect(page.getByTestId('self-test')).toHaveAttribute('data-state', 'wrong')
  await unfold(page)
  await expect(fit(page).locator('[data-reason=wrong-results]')).toBeVisible()

  // a new driver may compute differently; a stopped run keeps the earlier verdicts
  const button = page.getByTestId('self-test-run')
  await button.click()
  await expect(page.getByTestId('self-test')).toHaveAttribute('data-state', 'running', { timeout: 30_000 })
  await expect(button).toHaveAttribute('data-action', 'stop')
  await button.click()
  await expect(button).toHaveAttribute('data-action', 'start', { timeout: 60_000 })
  await expect(page.getByTestId('self-test')).toHaveAttribute('data-state', 'wrong')
})
