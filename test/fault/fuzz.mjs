/**
 * `npm run fuzz [-- RUNS]`: random actions in several tabs of a browser: so many runs (500) on the state of the pages, and a
 * tenth of them in real tabs of the built site. Before them, 10,000 damaged inputs for each reader of files from elsewhere.
 */
import { spawn } from 'node:child_process'
import { argv, env, exit } from 'node:process'

const RUNS = Number(argv[2] ?? 500)

/** @param {readonly string[]} command @param {Readonly<Record<string, string>>} variables @returns {Promise<boolean>} */
const passes = (command, variables) =>
  new Promise((resolve) => {
    spawn('npx', command, { stdio: 'inherit', env: { ...env, ...variables }, shell: true }).on('close', (code) => {
      resolve(code === 0)
    })
  })

const readers = await passes(['vitest', 'run', '--project', 'unit', 'src/app/readers.test.ts'], {
  READER_FUZZ_RUNS: '10000',
})
const state = await passes(['vitest', 'run', '--project', 'browser', 'src/state/chat/tab-fuzz.browser.test.ts'], {
  VITE_FUZZ_RUNS: String(RUNS),
})
const tabs = await passes(
  ['playwright', 'test', 'test/fault/tab-fuzz.spec.ts', '--project=processor', '--retries=0', '--reporter=line'],
  { TAB_FUZZ_RUNS: String(Math.ceil(RUNS / 10)) },
)
exit(readers && state && tabs ? 0 : 1)
