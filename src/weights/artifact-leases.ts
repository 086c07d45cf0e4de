import { heldNames, hold } from '../platform/locks'

/**
 * Says which artifacts some tab needs at the moment, so that no tab removes them meanwhile. A lease is a Web Lock that
 * its holders share; it ends with the tab. Without Web Locks there are none.
 */
export class ArtifactLeases {
  readonly #prefix: string

  /** @param database the name of the artifacts' database */
  constructor(database: string) {
    this.#prefix = `${database}/needed/`
  }

  /** Runs a task while these artifacts are needed. A removal that has begun ends before. */
  async during<T>(hashes: Iterable<string>, task: () => Promise<T>): Promise<T> {
    const leases = await Promise.all([...new Set(hashes)].map((sha256) => hold(this.#prefix + sha256, 'share')))
    try {
      return await task()
    } finally {
      for (const lease of leases) lease?.release()
    }
  }

  /** Runs a task on those of the artifacts that nobody needs; until it has ended, nobody can begin to need them. */
  async onUnneeded<T>(hashes: Iterable<string>, task: (unneeded: readonly string[]) => Promise<T>): Promise<T> {
    const locks = await Promise.all(
      [...new Set(hashes)].map(async (sha256) => ({ sha256, lock: await hold(this.#prefix + sha256, 'if-free') })),
    )
    try {
      return await task(locks.flatMap(({ sha256, lock }) => (lock ? [sha256] : [])))
    } finally {
      for (const { lock } of locks) lock?.release()
    }
  }

  /** Whether somebody, here or in another tab, needs one of these artifacts. */
  async anyOf(hashes: Iterable<string>): Promise<boolean> {
    const needed = new Set(await heldNames(this.#prefix))
    return [...hashes].some((sha256) => needed.has(this.#prefix + sha256))
  }
}
