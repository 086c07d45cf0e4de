/**
 * `npm run faults`: provokes every fault of faults.mjs, with 30 kills of the browser and 20 runs in real tabs, and writes
 * docs/reliability.md from what came of it. A fault without a test that passed ends it without a table. Needs `npm run build`.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { env, exit } from 'node:process'
import { format, resolveConfig } from 'prettier'
import { FAULTS } from './faults.mjs'

const PAGE = 'docs/reliability.md'
const KILLS = '30'
const TAB_RUNS = '20'
const STATE_RUNS = '500'

/** @typedef {{ file: string, title: string, passed: boolean, measured: readonly string[] }} Outcome */

/** @param {readonly string[]} command @param {Readonly<Record<string, string>>} variables @returns {Promise<void>} */
const run = (command, variables) =>
  new Promise((done) => {
    spawn('npx', command, { stdio: 'inherit', env: { ...env, ...variables }, shell: true }).on('close', () => {
      done()
    })
  })

/**
 * The parts of Playwright's and Vitest's reports that are read here.
 * @typedef {{ annotations: { type: string, description?: string }[] }} PageTest
 * @typedef {{ file: string, title: string, ok: boolean, tests: PageTest[] }} Spec
 * @typedef {{ suites?: Suite[], specs?: Spec[] }} Suite
 * @typedef {{ testResults: { name: string, assertionResults: { title: string, status: string }[] }[] }} UnitReport
 */

/** @param {Suite} suite @returns {Outcome[]} */
const pageOutcomes = ({ suites = [], specs = [] }) => [
  ...suites.flatMap(pageOutcomes),
  ...specs.map(({ file, title, ok, tests }) => ({
    file: `test/${file}`,
    title,
    passed: ok,
    measured: tests.flatMap(({ annotations }) =>
      annotations.map(({ type, description = '' }) => `${type}: ${description}`),
    ),
  })),
]

/** @param {UnitReport} report @returns {Outcome[]} */
const unitOutcomes = ({ testResults }) =>
  testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ title, status }) => ({
      file: relative(resolve(), name),
      title,
      passed: status === 'passed',
      measured: [],
    })),
  )

/** @param {readonly string[]} files @param {string} folder for the reports @returns {Promise<Outcome[]>} */
async function outcomes(files, folder) {
  const [unit, pages] = [join(folder, 'unit.json'), join(folder, 'pages.json')]
  const own = files.filter((file) => file.startsWith('src/'))
  await run(['vitest', 'run', '--reporter=json', `--outputFile=${unit}`, ...own], { VITE_FUZZ_RUNS: STATE_RUNS })
  await run(
    ['playwright', 'test', '--retries=0', '--reporter=line,json', ...files.filter((file) => !own.includes(file))],
    { PLAYWRIGHT_JSON_OUTPUT_NAME: pages, KILL_ROUNDS: KILLS, TAB_FUZZ_RUNS: TAB_RUNS },
  )
  const [ofUnits, ofPages] = await Promise.all([unit, pages].map((file) => readFile(file, 'utf8')))
  return [
    ...unitOutcomes(/** @type {UnitReport} */ (JSON.parse(ofUnits ?? ''))),
    ...pageOutcomes(/** @type {Suite} */ (JSON.parse(ofPages ?? ''))),
  ]
}

const folder = await mkdtemp(join(tmpdir(), 'thinktab-faults-'))
const faults = Object.values(FAULTS).flat()
const files = [...new Set(faults.flatMap(({ tests }) => tests.map(([file]) => file)))]
const all = await outcomes(files, folder)
await rm(folder, { recursive: true })

/** @type {string[]} */
const notShown = []
/** @param {import('./faults.mjs').Fault} fault */
const rowOf = ({ fault, kept, says, goesOn, tests }) => {
  const found = tests.map(([file, title]) => all.filter((one) => one.file === file && one.title.includes(title)))
  const failed = found.flat().filter(({ passed }) => !passed)
  if (failed.length > 0 || found.some((each) => each.length === 0)) {
    notShown.push(`${fault}: ${failed.map(({ title }) => title).join(', ') || 'a test is missing'}`)
  }
  const measured = [...new Set(found.flat().flatMap((one) => one.measured))]
  const names = [...new Set(tests.map(([file]) => `\`${file.replace(/\.(browser|webgpu)?\.?(spec|test)\.ts$/, '')}\``))]
  const counted = `${String(found.flat().length)} passed: ${names.join(', ')}`
  return `| ${[fault, kept, says, goesOn, [counted, ...measured].join('; ')].join(' | ')} |`
}
const tables = Object.entries(FAULTS).map(([heading, rows]) =>
  [
    `## ${heading}`,
    '',
    '| fault | what is kept | what the page says | how it goes on | tests |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(rowOf),
    '',
  ].join('\n'),
)
if (notShown.length > 0) {
  console.error(notShown.join('\n'))
  exit(1)
}
const page = await readFile(PAGE, 'utf8')
const before = page.slice(0, page.indexOf('\n## ') + 1)
const text = [before, ...tables].join('\n')
await writeFile(PAGE, await format(text, { ...(await resolveConfig(PAGE)), filepath: PAGE }))
