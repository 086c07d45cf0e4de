import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** What is shipped and comes from no npm package, or within one: NOTICE says where. */
const INSIDE = [
  { name: 'llama.cpp', licence: 'MIT', within: '@wllama/wllama' },
  { name: 'apache-tvm', licence: 'Apache-2.0', within: 'public/models' },
  { name: 'emscripten', licence: 'MIT', within: 'public/models' },
]

/** SHA-512 in hexadecimal, as the lock file has it. @param {string} path  of a package in the lock @returns {string | undefined} */
function hashInLock(path) {
  /** @type {{ packages: Record<string, { integrity?: string }> }} */
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  const [kind, hash = ''] = (lock.packages[path]?.integrity ?? '').split('-')
  return kind === 'sha512' ? Buffer.from(hash, 'base64').toString('hex') : undefined
}

/**
 * The bill of materials of the site in the form of CycloneDX 1.6: what the built files have code of. Without a time and a
 * serial number, so that two builds of the same sources are the same.
 *
 * @param {string} version  of the site
 * @param {readonly (import('./about.mjs').Package & { folder: string })[]} packages
 */
export function billOfMaterials(version, packages) {
  const licensed = (/** @type {string} */ id) => new Models.LicenseRepository([new Models.SpdxLicense(id)])
  const site = new Models.Component(Enums.ComponentType.Application, 'thinktab', {
    version,
    bomRef: 'thinktab',
    licenses: licensed('Apache-2.0'),
  })
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: site }) })
  for (const { name, version: of, licence, folder } of packages) {
    const hash = hashInLock(folder.slice(ROOT.length).replaceAll('\\', '/'))
    const component = new Models.Component(Enums.ComponentType.Library, name, {
      version: of,
      bomRef: `${name}@${of}`,
      purl: `pkg:npm/${name.replace('@', '%40')}@${of}`,
      licenses: licensed(licence),
      hashes: new Models.HashDictionary(hash === undefined ? [] : [[Enums.HashAlgorithm['SHA-512'], hash]]),
    })
    bom.components.add(component)
    site.dependencies.add(component.bomRef)
  }
  for (const { name, licence, within } of INSIDE) {
    const component = new Models.Component(Enums.ComponentType.Library, name, {
      bomRef: name,
      licenses: licensed(licence),
      properties: new Models.PropertyRepository([new Models.Property('thinktab:within', within)]),
    })
    bom.components.add(component)
    site.dependencies.add(component.bomRef)
  }
  const normalizers = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6)
  return new Serialize.JsonSerializer(normalizers).serialize(bom, { sortLists: true, space: 2 })
}
