import type { HubAddress } from './hubs'

/** The folder of a repository's files on each kind of hub, relative to the hub's address. */
const FOLDERS: Readonly<Record<HubAddress['layout'], (repository: string, revision: string) => string>> = {
  huggingface: (repository, revision) => `${repository}/resolve/${revision}/`,
  modelscope: (repository) => `models/${repository}/resolve/master/`,
}

/** A repository of a hub at a revision. */
export interface RepositoryAt {
  readonly hub: HubAddress
  readonly repository: string
  readonly revision: string
}

/** The folder of a repository's files on a hub at a revision: absolute URL with a slash at its end. */
export const folderOf = ({ hub: { url, layout }, repository, revision }: RepositoryAt): string =>
  `${url}${FOLDERS[layout](repository, revision)}`

/** A file's path in its repository as a part of an address. */
export const addressOf = (path: string): string => path.split('/').map(encodeURIComponent).join('/')
