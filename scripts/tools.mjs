/** The commands that the parts of `npm test` and `npm run check` are made of. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './install.mjs'

/** @typedef {import('./run-parts.mjs').Command} Command */

/** Proves that a test runner, of whatever name, has run a test. */
export const TESTS_RAN = /(?<!\d)[1-9]\d* passed/

/** Proves that dependency-cruiser has examined a module. */
export const MODULES_SEEN = /\([1-9]\d* modules/

/**
 * The command that runs a program of an installed package, without a shell, so that it is the same on every system.
 * @param {string} name  of the package @param {string} program  @param {...string} args
 * @returns {Command}
 */
function tool(name, program, ...args) {
  const folder = join(ROOT, 'node_modules', name)
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return [process.execPath, join(folder, typeof bin === 'string' ? bin : bin[program]), ...args]
}

/** Most tools that read the sources need the compiled texts. @returns {Command} */
export const compileMessages = () => [process.execPath, 'scripts/compile-messages.mjs']
export const build = () => tool('vite', 'vite', 'build', '--logLevel', 'warn')
/** @param {readonly string[]} files  or folders */
export const prettier = (files) => tool('prettier', 'prettier', '--check', '--ignore-unknown', ...files)
/** All code but components. @param {readonly string[]} files  or folders */
export const oxlint = (files) =>
  tool('oxlint', 'oxlint', '--deny-warnings', '--no-error-on-unmatched-pattern', ...files)
/** Components, and modules with runes. @param {readonly string[]} files  or patterns */
export const eslint = (files) => tool('eslint', 'eslint', '--max-warnings', '0', ...files)
/** Whether ESLint has to see a file. @param {string} file */
export const isSvelte = (file) => /\.svelte(?:\.ts)?$/.test(file)
/** @param {boolean} [again]  whether what was found the last time is used, which takes a third of the time */
export const types = (again = false) => [
  tool(
    'svelte-check',
    'svelte-check',
    ...['--tsconfig', './tsconfig.site.json', '--fail-on-warnings'],
    ...(again ? ['--incremental'] : []),
  ),
  tool(
    'typescript',
    'tsc',
    ...['--project', 'tsconfig.node.json'],
    ...(again ? ['--incremental', '--tsBuildInfoFile', 'node_modules/.cache/tsc/node.tsbuildinfo'] : []),
  ),
]
export const rules = () =>
  tool(
    'dependency-cruiser',
    'depcruise',
    '--config',
    '.dependency-cruiser.mjs',
    ...['src', 'config', 'scripts', 'test'],
  )
export const knip = () => tool('knip', 'knip')
/** @param {'unit' | 'browser'} project @param {...string} args */
export const vitest = (project, ...args) => tool('vitest', 'vitest', 'run', '--project', project, ...args)
export const sizeLimit = () => tool('size-limit', 'size-limit')
/** Playwright's list of the tests that passed only at their second try. */
export const FLAKY_TESTS = /^ *\d+ flaky\n(?: {4}.*\n)*/m
/** Proves that Playwright has run tests of both its projects. */
export const BOTH_PROJECTS_RAN = /^(?=[^]*^ +(?:✓|ok) +\d+ \[webgpu\])(?=[^]*^ +(?:✓|ok) +\d+ \[processor\])/m
export const playwright = () => tool('@playwright/test', 'playwright', 'test')
