/**
 * `npm run portable -- -o FOLDER`: copies the built site into a folder for a stick, with a small server for computers that
 * have Python 3 and no Node.
 */
import { cp, chmod, mkdir, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import util from 'node:util'
import { fileURLToPath } from 'node:url'
import { headerRules } from '../config/headers.mjs'

const file = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url))
const DIST = file('../dist')
const STARTERS = file('../deploy/portable')

/** The headers of the site as data, for servers in other languages. */
export function headersAsData() {
  return Object.entries(headerRules()).map(([name, { rules, other }]) => ({
    name,
    other,
    rules: rules.map(([path, value]) => ({ path: path.source.replaceAll('\\/', '/'), value })),
  }))
}

/** @param {string} folder @throws {Error} if the site is not built */
export async function portable(folder) {
  if (!existsSync(DIST)) throw new Error('There is no dist folder to copy: run npm run build first.')
  await mkdir(folder, { recursive: true })
  await cp(DIST, join(folder, 'site'), { recursive: true })
  await cp(STARTERS, folder, { recursive: true })
  await chmod(join(folder, 'start.sh'), 0o755)
  await writeFile(join(folder, 'headers.json'), JSON.stringify(headersAsData(), null, 1))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = util.parseArgs({ options: { output: { type: 'string', short: 'o', default: 'portable' } } })
  try {
    await portable(values.output)
    console.log(
      `${values.output} can be copied to a stick. start.sh starts it on Linux and macOS, start.cmd on Windows.`,
    )
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
}
