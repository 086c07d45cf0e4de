import * as v from 'valibot'
import type { Errand } from '../platform/reach'
import { parseAs } from '../shared/parse-as'
import { unreadable } from '../shared/repository-problem'
import type { HubAddress } from './hubs'

/** A file as a hub lists it, with a hash of either kind. */
export interface ListedFile {
  readonly path: string
  readonly bytes: number
  /** Of its content. */
  readonly sha256?: string
  /** Git's name of its content: Hugging Face gives it for files that are no LFS objects. */
  readonly gitBlobId?: string
}

/** The files of a hub at a revision, and the revision under which any hub has them. */
export interface Listing {
  readonly revision: string
  readonly files: readonly ListedFile[]
}

type Ask = (path: string, query?: Errand['query']) => Promise<unknown>

/** How a kind of hub is asked. Paths are relative to the hub's address. */
interface HubLayout {
  /** Whether it has every repository, so that a repository missing here exists nowhere. */
  readonly complete: boolean
  /**
   * The files of a hub at a revision, in every folder; undefined if the hub says that it has no such repository.
   *
   * @param ask the hub's answer at a path with a query, parsed from JSON
   * @throws {AppError} `repository-unusable` if an answer has another form; the errors of `ask`
   */
  list(repository: string, revision: string, ask: Ask): Promise<Listing | undefined>
}

const hex = (digits: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)))
const bytesSchema = v.pipe(v.number(), v.integer(), v.minValue(0))
const revisionSchema = v.object({ sha: hex(40) })
const treeSchema = v.array(
  v.object({
    type: v.string(),
    path: v.string(),
    size: v.optional(bytesSchema, 0),
    /** Git's name of the file, or of the pointer to it. */
    oid: v.string(),
    lfs: v.optional(v.object({ oid: hex(64), size: bytesSchema })),
  }),
)
const filesSchema = v.object({
  Data: v.nullish(
    v.object({
      Files: v.array(
        v.object({
          Type: v.string(),
          Path: v.string(),
          Size: bytesSchema,
          // Of files in Git itself too; empty for folders.
          Sha256: v.optional(v.pipe(v.string(), v.toLowerCase()), ''),
        }),
      ),
    }),
  ),
})

const LAYOUTS = {
  /** The layout of Hugging Face and its mirrors. */
  huggingface: {
    complete: true,
    async list(repository, revision, ask) {
      const api = `api/models/${repository}`
      const { sha } = parseAs(
        revisionSchema,
        await ask(`${api}/revision/${revision}`),
        unreadable(repository, 'revision'),
      )
      const tree = parseAs(
        treeSchema,
        await ask(`${api}/tree/${sha}`, 'recursive=true'),
        unreadable(repository, 'tree'),
      )
      const files = tree
        .filter(({ type }) => type === 'file')
        .map(({ path, size, oid, lfs }) =>
          lfs ? { path, bytes: lfs.size, sha256: lfs.oid } : { path, bytes: size, gitBlobId: oid },
        )
      return { revision: sha, files }
    },
  },
  /**
   * ModelScope's layout, as its Python client and other programs use it; it was not tried on the site itself. Its
   * commits and its branch differ from those of Hugging Face, so its files are always listed first, and the hashes
   * decide.
   */
  modelscope: {
    complete: false,
    async list(repository, revision, ask) {
      const answer = await ask(`api/v1/models/${repository}/repo/files`, 'Revision=master&Recursive=true')
      const { Data: data } = parseAs(filesSchema, answer, unreadable(repository, 'files'))
      if (!data) return undefined
      const files = data.Files.filter(({ Type }) => Type === 'blob').map(({ Path, Size, Sha256 }) => ({
        path: Path,
        bytes: Size,
        ...(/^[0-9a-f]{64}$/.test(Sha256) && { sha256: Sha256 }),
      }))
      return { revision, files }
    },
  },
} satisfies Record<HubAddress['layout'], HubLayout>

export const layoutOf = ({ layout }: HubAddress): HubLayout => LAYOUTS[layout]
