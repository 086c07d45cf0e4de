import * as v from 'valibot'
import { fetchJson } from '../../platform/fetch-json'
import { invalid, parseAs } from '../../shared/parse-as'

const nonEmpty = v.pipe(v.string(), v.minLength(1))

/** about.json, version 1, which config/about.mjs makes. */
const aboutSchema = v.strictObject({
  version: v.literal(1),
  /** The site's own version. */
  site: nonEmpty,
  /** The packages that the built site has code of. */
  packages: v.array(v.strictObject({ name: nonEmpty, version: nonEmpty, licence: v.string() })),
})

export type About = Readonly<v.InferOutput<typeof aboutSchema>>

/**
 * The version of the site and the packages in it.
 *
 * @throws {AppError} as `fetchJson`, or `manifest-invalid`
 */
export async function readAbout(): Promise<About> {
  return parseAs(aboutSchema, await fetchJson('about.json'), invalid('The list of packages', 'about.json'))
}
