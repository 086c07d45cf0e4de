import type { LabStore } from '../../lab/lab-store'
import { readSuite, type SuiteProblem } from '../../lab/own-suite'
import { suiteText } from '../../lab/suite-text'
import type { OwnSuite } from '../../lab/run'

/** Suites of a person's own. */
export class LabSuites {
  /** The newest first. */
  list = $state.raw<readonly OwnSuite[]>([])
  readonly #store: LabStore
  readonly #now: () => number
  readonly #attempt: (action: () => Promise<void>) => Promise<void>

  /** @param attempt does what may fail for want of storage, and says so */
  constructor(store: LabStore, now: () => number, attempt: (action: () => Promise<void>) => Promise<void>) {
    this.#store = store
    this.#now = now
    this.#attempt = attempt
  }

  /** Reads what is stored. @throws {AppError} as the store does */
  async open(): Promise<void> {
    this.list = await this.#store.suites()
  }

  /** Adds the suite in a file. @returns what is wrong with it, in which case nothing is added */
  async add(title: string, file: Blob): Promise<SuiteProblem | undefined> {
    const read = readSuite(suiteText(new Uint8Array(await file.arrayBuffer())))
    if ('problem' in read) return read
    const suite = { id: crypto.randomUUID(), title, createdAt: this.#now(), questions: read.questions }
    await this.#attempt(async () => {
      await this.#store.putSuite(suite)
      this.list = [suite, ...this.list]
    })
    return undefined
  }

  /** Deletes a suite; its results stay, with their questions. */
  async remove(id: string): Promise<void> {
    await this.#attempt(async () => {
      await this.#store.removeSuite(id)
      this.list = this.list.filter((suite) => suite.id !== id)
    })
  }
}
