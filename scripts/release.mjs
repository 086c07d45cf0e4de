/**
 * `npm run release -- VERSION`: moves the changelog's unreleased entries under a version and a date. It sets the
 * version in package.json and its lock file, commits, and tags the commit. Nothing is pushed.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure, ROOT } from './install.mjs'

const SEMANTIC_VERSION = /^(\d+)\.(\d+)\.(\d+)$/

/**
 * The changelog with its unreleased entries under a version.
 *
 * @param {string} changelog  in the form of Keep a Changelog 1.1
 * @param {string} version @param {string} date  as YYYY-MM-DD
 * @returns {string}
 * @throws {Failure} if the version is malformed, or not after the last one, or if there are no unreleased entries
 */
export function withRelease(changelog, version, date) {
  if (!SEMANTIC_VERSION.test(version)) throw new Failure(`${version} is no version of the form 1.2.3.`)
  const [, entries] = /^## \[Unreleased\]\n([\s\S]*?)(?=^## \[|(?![\s\S]))/m.exec(changelog) ?? []
  if (!entries?.includes('\n- ')) throw new Failure('The changelog has no unreleased entries.')
  const [, last] = /^## \[(\d+\.\d+\.\d+)\]/m.exec(changelog) ?? []
  if (last !== undefined && !isAfter(version, last)) throw new Failure(`${version} does not come after ${last}.`)
  return changelog.replace('## [Unreleased]\n', `## [Unreleased]\n\n## [${version}] - ${date}\n`)
}

/** @param {string} version @param {string} other */
function isAfter(version, other) {
  const numbers = version.split('.').map(Number)
  const others = other.split('.').map(Number)
  const place = numbers.findIndex((number, index) => number !== others[index])
  return place !== -1 && (numbers[place] ?? 0) > (others[place] ?? 0)
}

/** @param {string} program @param {...string} args */
const run = (program, ...args) => execFileSync(program, args, { cwd: ROOT, encoding: 'utf8' })

/** @param {string} version */
function release(version) {
  if (run('git', 'status', '--porcelain') !== '') throw new Failure('Commit what has changed first.')
  const file = join(ROOT, 'CHANGELOG.md')
  const changelog = withRelease(readFileSync(file, 'utf8'), version, new Date().toISOString().slice(0, 10))
  writeFileSync(file, changelog)
  run('npm', 'version', version, '--no-git-tag-version', '--allow-same-version')
  run('git', 'commit', '--quiet', '--all', '--message', `Release version ${version}`)
  run('git', 'tag', '--annotate', `v${version}`, '--message', `Version ${version}`)
  console.log(`Committed and tagged v${version}. Push it with: git push --follow-tags`)
}

if (process.argv[1] === import.meta.filename)
  try {
    release(process.argv[2] ?? '')
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
