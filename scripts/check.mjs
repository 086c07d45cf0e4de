/**
 * `npm run check`: the fast part of `npm test`, over files that are changed in git or new. Formatting and lint check
 * those files, unit tests are those that depend on them; types and rules cover the whole project. If compiler/ has
 * changed, ruff and mypy check all of it.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './install.mjs'
import { python } from './python.mjs'
import { runParts } from './run-parts.mjs'
import {
  MODULES_SEEN,
  TESTS_RAN,
  compileMessages,
  eslint,
  isSvelte,
  oxlint,
  prettier,
  rules,
  types,
  vitest,
} from './tools.mjs'

/** @param {...string} args @returns {string[]} the lines that git prints */
const git = (...args) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\n').filter(Boolean)

const changed = [
  ...new Set([...git('diff', '--name-only', 'HEAD'), ...git('ls-files', '--others', '--exclude-standard')]),
].filter((file) => existsSync(join(ROOT, file)))
const code = changed.filter((file) => /\.(?:[cm]?js|ts|svelte)$/.test(file))
/** The files that unit tests can depend on: sources, and the data that they read. */
const tested = changed.filter((file) => /^(?:src|config|scripts|public|test\/fixtures)\//.test(file))

const compiler = changed.filter((file) => file.startsWith('compiler/'))

/** @param {readonly string[]} files @param {() => import('./run-parts.mjs').Plan} plan */
const of = (files, plan) => () => (files.length === 0 ? { skip: 'nothing to do' } : plan())

const parts = {
  format: of(changed, () => ({ commands: [prettier(changed)] })),
  lint: of(code, () => ({
    prepare: [compileMessages()],
    commands: [oxlint(code), ...(code.some(isSvelte) ? [eslint(code.filter(isSvelte))] : [])],
  })),
  types: of(code, () => ({ prepare: [compileMessages()], commands: types(true) })),
  rules: of(code, () => ({ prepare: [compileMessages()], commands: [rules()], ran: MODULES_SEEN })),
  unit: of(tested, () => ({ commands: [vitest('unit', '--changed')], ran: TESTS_RAN, idle: /No test files found/ })),
  python: of(compiler, python),
}

await runParts([parts], process.argv.includes('--verbose'))
