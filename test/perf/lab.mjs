/**
 * `npm run lab [-- QUESTIONS]`: lets Nano answer every suite of the built site's lab in Chromium, on the processor, and writes
 * docs/lab.md from what the page shows. Needs `npm run build`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import process from 'node:process'
import { chromium } from 'playwright'
import { format } from 'prettier'
import { ENABLE_WEBGPU, findBrowser, HOW_TO_GET_A_BROWSER } from '../../scripts/browser.mjs'
import { serve } from '../../scripts/serve.mjs'

const QUESTIONS = process.argv[2] ?? '50'
const LONGEST_MS = 30 * 60_000

const found = await findBrowser()
if (!found) throw new Error(HOW_TO_GET_A_BROWSER)
const server = await serve(0)
const args = [...found.args.filter((arg) => arg !== ENABLE_WEBGPU), '--disable-gpu']
const browser = await chromium.launch({ executablePath: found.executablePath, args, env: found.env })
const page = await browser.newPage({ locale: 'en-US', viewport: { width: 1280, height: 900 } })

/** The numbers of the newest result, once it is done. */
async function outcome() {
  const result = page.getByTestId('lab-result').first()
  await result.and(page.locator('[data-state=done]')).waitFor({ timeout: LONGEST_MS })
  await result.getByRole('link').click()
  await page.getByTestId('lab-items').waitFor()
  await page.locator(`[data-testid=lab-items]:not([data-count="0"])`).waitFor()
  const facts = await page
    .locator('[data-testid=lab-result] dl > div')
    .evaluateAll((all) =>
      all.map((one) => [one.querySelector('dt')?.textContent ?? '', one.querySelector('dd')?.textContent ?? '']),
    )
  const [[score = '', share = ''] = [], [, thought = ''] = [], ...rest] = facts
  const rate = rest.find(([name]) => name === 'Tokens a second')?.[1] ?? ''
  const levels = await page
    .locator('[data-part=lab-chart]')
    .filter({ has: page.getByText('By level', { exact: true }) })
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('td')].slice(0, 2).map((cell) => cell.textContent)),
    )
  await page.getByTestId('lab-list').click()
  return { score: score.trim(), share, thought, rate, levels }
}

/** @param {Awaited<ReturnType<typeof outcome>>} numbers @param {string} name @param {string} language */
const row = ({ score, share, thought, rate, levels }, name, language) => {
  const shares = Array.from({ length: 5 }, (_, at) => (levels[at] ? `${levels[at][0]}/${levels[at][1]}` : ''))
  return `| ${[name, language, score.replace(' right', ''), share, ...shares, thought, rate].join(' | ')} |`
}

const rows = []
const began = Date.now()
for (const { language, locale } of [
  { language: 'English', locale: 'en' },
  { language: 'Chinese', locale: 'zh-CN' },
]) {
  await page.goto(new URL(`?lang=${locale}#/lab`, server.url).href)
  await page.locator('[data-testid=lab-suite][data-suite=first]').getByTestId('lab-run').click()
  await page.getByTestId('lab-result').first().waitFor()
  if (locale !== 'en') await page.goto(new URL('?lang=en#/lab', server.url).href)
  rows.push(row(await outcome(), 'First suite', language))
  const suites = await page
    .locator('[data-testid=lab-more] [data-testid=lab-suite]')
    .evaluateAll((all) => all.map((one) => [one.dataset.suite ?? '', one.querySelector('h3')?.textContent ?? '']))
  for (const [suite, name] of suites) {
    if (suite === 'all') continue
    const before = await page.getByTestId('lab-result').count()
    await page.locator('[data-part=lab-language]').selectOption(locale)
    await page.locator('[data-part=lab-count]').selectOption(QUESTIONS)
    await page.locator(`[data-testid=lab-suite][data-suite=${suite}]`).getByTestId('lab-run').click()
    await page.locator(`[data-testid=lab-result] >> nth=${before}`).waitFor()
    rows.push(row(await outcome(), name ?? '', language))
    console.log(rows.at(-1))
  }
}
const minutes = Math.round((Date.now() - began) / 60_000)
const version = browser.version()
await browser.close()
await server.close()

const manifest = JSON.parse(readFileSync('public/models/nano/manifest.json', 'utf8'))
const gguf = JSON.stringify(manifest).match(/"path":"nano\.gguf"[^}]*?"sha256":"(\w+)"/)?.[1] ?? ''
const text = `# What Nano can reason out

Made by \`npm run lab\`: the lab of the built site in Chromium ${version}, on the processor (${cpus()[0]?.model ?? 'unknown'},
${availableParallelism()} cores, which did other work, too), in ${minutes} minutes. Nano's nano.gguf has the sha256 \`${gguf.slice(0, 16)}…\`.
Effort normal, temperature 0, seed 1, ${QUESTIONS} questions a suite, a fifth of them of each level. The interval is
Wilson's of 95 %. A question of a kind that Nano was not trained on is mostly declined, which counts as wrong.

| suite | language | right | share, interval | level 1 | 2 | 3 | 4 | 5 | tokens of a thought, median | tokens a second |
|---|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}
`
writeFileSync('docs/lab.md', await format(text, { parser: 'markdown', printWidth: 120, proseWrap: 'preserve' }))
