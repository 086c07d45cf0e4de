import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Licences that code under Apache-2.0 may be shipped with. Another one needs a look before it is added. */
const COMPATIBLE = new Set(['Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'])

/**
 * The licence texts of packages, each under its name and version: their licences ask to be shipped with the code.
 *
 * @param {readonly (import('./about.mjs').Package & { folder: string })[]} packages
 * @throws {Error} if one has no licence text, or a licence that nobody has looked at
 */
export function licenceTexts(packages) {
  return packages
    .map(({ name, version, licence, folder }) => {
      if (!COMPATIBLE.has(licence)) throw new Error(`${name} has the licence "${licence}": look at it first.`)
      const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
      if (file === undefined) throw new Error(`${name} has no licence text in its folder.`)
      const title = `${name} ${version} (${licence})`
      return `${title}\n${'='.repeat(title.length)}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
    })
    .join('\n\n')
}
