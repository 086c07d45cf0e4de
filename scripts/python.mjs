/** The tools that check compiler/ with Python, for `npm test` and `npm run check`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './install.mjs'

/** @typedef {import('./run-parts.mjs').Plan} Plan */

const WINDOWS = process.platform === 'win32'

/**
 * Modules of Python in compiler/: needs an interpreter in which compiler[test] is installed.
 * @param {{ modules: readonly (readonly string[])[], ran?: RegExp }} plan  each module with its arguments @returns {Plan}
 */
export function inPython({ modules, ...rest }) {
  const cwd = join(ROOT, 'compiler')
  if (!existsSync(join(cwd, 'pyproject.toml'))) return { skip: 'there is no compiler/pyproject.toml' }
  const own = join(cwd, '.venv', WINDOWS ? 'Scripts' : 'bin', WINDOWS ? 'python.exe' : 'python')
  const python = process.env.THINKTAB_PYTHON ?? own
  if (!existsSync(python))
    return { skip: 'no Python for it: make compiler/.venv (see .ci/run) or set THINKTAB_PYTHON to an interpreter' }
  return { commands: modules.map((module) => [python, '-m', ...module]), cwd, ...rest }
}

/**
 * Format, lint and types of all of it, which takes seconds: mypy needs the whole, and ruff ends before mypy has begun.
 */
export const python = () =>
  inPython({ modules: [['ruff', 'format', '--check', '.'], ['ruff', 'check', '.'], ['mypy']] })
