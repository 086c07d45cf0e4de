import { fetchSite } from '../../platform/fetch-site'
import { sha256 } from '../../platform/sha256'
import { storedHash } from '../../platform/stored-file'
import { AppError, toAppError } from '../../shared/errors'

/** What `config/hash-list.mjs` writes. */
const LIST = 'sha256sums.txt'
const LINE = /^([0-9a-f]{64}) {2}(\S.*)$/

interface Comparison {
  /** Files that are stored as they were built. */
  readonly same: number
  /** Files that are stored with other bytes. */
  readonly different: readonly string[]
  /** How many files are not stored on this device, because nothing has needed them. */
  readonly absent: number
}

/** Compares the files that this site runs from with the hashes that its build has published. */
export class SiteCheck {
  /** SHA-256 of the list of hashes, in hexadecimal: it stands for all files of the version. */
  fingerprint = $state<string>()
  comparison = $state.raw<Comparison>()
  /** Share of the files that have been compared, 0..1; undefined while none are. */
  progress = $state<number>()
  problem = $state.raw<AppError>()

  /** Reads the list, and compares nothing yet. Where that fails, `problem` says why. */
  async open(): Promise<void> {
    await this.#attempt(async () => {
      this.fingerprint = await sha256(new TextEncoder().encode(await readList()).buffer)
    })
  }

  /** Hashes every stored file. */
  async run(): Promise<void> {
    if (this.progress !== undefined) return
    this.progress = 0
    this.comparison = undefined
    await this.#attempt(async () => {
      const entries = parseList(await readList())
      const different: string[] = []
      let same = 0
      for (const [index, { hash, file }] of entries.entries()) {
        const found = await storedHash(file, hash)
        if (found === hash) same += 1
        else if (found !== undefined) different.push(file)
        this.progress = (index + 1) / entries.length
      }
      this.comparison = { same, different, absent: entries.length - same - different.length }
    })
    this.progress = undefined
  }

  async #attempt(task: () => Promise<void>): Promise<void> {
    this.problem = undefined
    try {
      await task()
    } catch (error) {
      this.problem = toAppError(error)
    }
  }
}

const readList = async () => await (await fetchSite(LIST, 'default')).text()

/** @throws {AppError} `artifact-damaged` where it is no list of hashes, such as the page of a captive portal */
export function parseList(text: string): { readonly hash: string; readonly file: string }[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, hash, file] = LINE.exec(line) ?? []
      if (hash !== undefined && file !== undefined) return { hash, file }
      throw new AppError('artifact-damaged', `${LIST} has a line that is no hash of a file.`, {
        retry: 'later',
        details: { file: LIST },
      })
    })
}
