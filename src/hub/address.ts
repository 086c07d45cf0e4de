import * as v from 'valibot'
import { repositorySchema } from '../shared/repository-name'
import { hubUrl } from './hubs'

/** The place of a model as somebody gave it. */
export type ModelAddress =
  | { readonly kind: 'repository'; readonly repository: string; readonly revision: string }
  | { readonly kind: 'file'; readonly repository: string; readonly revision: string; readonly path: string }
  | { readonly kind: 'folder'; readonly folder: string }

/** No type predicate: a string that is not a repository is still a string. */
const isRepository = (given: string): boolean => v.is(repositorySchema, given)

/** Hubs' pages of repositories. ModelScope's revisions differ from those of Hugging Face, so they are ignored. */
const HUB_PAGES = [
  {
    hosts: /^(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)$/,
    path: /^\/([^/]+\/[^/]+?)(?:\/(?:tree|resolve)\/([^/]+))?\/?$/,
    file: /^\/([^/]+\/[^/]+)\/(?:blob|resolve)\/([^/]+)\/(.+\.gguf)$/i,
  },
  {
    hosts: /^(?:www\.)?modelscope\.cn$/,
    path: /^\/models\/([^/]+\/[^/]+?)(?:\/(?:summary|files))?\/?$/,
    // The empty group keeps any revision from being read.
    file: /^\/models\/([^/]+\/[^/]+)\/(?:resolve|file\/view)\/(?:[^/]+)()\/(.+\.gguf)$/i,
  },
]

/**
 * Reads `owner/name`, the address of a repository's page or of a .gguf file on a hub, or that of a folder with a manifest.json.
 */
export function parseModelAddress(given: string): ModelAddress | undefined {
  if (isRepository(given)) return { kind: 'repository', repository: given, revision: 'main' }
  if (!/^https?:\/\//.test(given) || !URL.canParse(given)) return undefined
  const { host, pathname } = new URL(given)
  const pages = HUB_PAGES.find(({ hosts }) => hosts.test(host))
  if (pages) {
    const [, owner = '', branch = '', path] = pages.file.exec(pathname) ?? []
    if (path !== undefined && isRepository(owner))
      return { kind: 'file', repository: owner, revision: branch || 'main', path: decoded(path) }
    const [, repository, revision = 'main'] = pages.path.exec(pathname) ?? []
    return repository !== undefined && isRepository(repository)
      ? { kind: 'repository', repository, revision }
      : undefined
  }
  const folder = hubUrl(given.replace(/manifest\.json$/, ''))
  return folder === undefined ? undefined : { kind: 'folder', folder }
}

/** A path in the form that its repository has. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
