/** Hubs that are known to speak Hugging Face's protocol; any other with the same paths can be entered by hand. */
export const KNOWN_HUBS = ['https://huggingface.co/', 'https://hf-mirror.com/'] as const

/** The folder of a repository's files on a hub, with a slash at its end. */
export const folderOf = (hub: string, repository: string, revision: string): string =>
  `${hub}${repository}/resolve/${revision}/`
