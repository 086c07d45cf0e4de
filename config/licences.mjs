import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Licences that code under Apache-2.0 may be shipped with. Another one needs a look before it is added. */
const COMPATIBLE = new Set(['Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'])

/** Works within packages that have no text of their licence in their folders; the texts are in config/licences. */
const WITHIN = [
  { in: '@wllama/wllama', name: 'llama.cpp', licence: 'MIT', file: 'llama.cpp.txt' },
  { in: 'katex', name: 'The fonts of KaTeX', licence: 'OFL-1.1', file: 'katex-fonts.txt' },
]
const OWN = fileURLToPath(new URL('licences', import.meta.url))

/** @param {string} title @param {string} file */
const entry = (title, file) => `${title}\n${'='.repeat(title.length)}\n\n${readFileSync(file, 'utf8').trim()}\n`

/**
 * The licence texts of packages, each under its name and version: their licences ask to be shipped with the code.
 *
 * @param {readonly (import('./about.mjs').Package & { folder: string })[]} packages
 * @throws {Error} if one has no licence text, or a licence that nobody has looked at
 */
export function licenceTexts(packages) {
  return packages
    .flatMap(({ name, version, licence, folder }) => {
      if (!COMPATIBLE.has(licence)) throw new Error(`${name} has the licence "${licence}": look at it first.`)
      const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
      if (file === undefined) throw new Error(`${name} has no licence text in its folder.`)
      const inside = WITHIN.filter((work) => work.in === name)
      return [
        entry(`${name} ${version} (${licence})`, join(folder, file)),
        ...inside.map((work) => entry(`${work.name} (${work.licence})`, join(OWN, work.file))),
      ]
    })
    .join('\n\n')
}
