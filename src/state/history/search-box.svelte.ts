import type { IndexProgress, Search, SearchAnswer, SearchHit } from '../../search/search'

const NOTHING: SearchAnswer = { hits: [], total: 0, complete: true }

/** A search in the history: the query and its hits. */
export class SearchBox {
  text = $state('')
  /** Whether thoughts are searched, too. */
  thoughts = $state(false)
  /** Finds only messages of this model; '' is any. */
  modelId = $state('')
  /** The first and the last day, as a date input has them; '' is no limit. */
  fromDay = $state('')
  toDay = $state('')
  answer = $state.raw<SearchAnswer>(NOTHING)
  /** Whether more hits may come for the present query. */
  busy = $state(false)
  /** The index; undefined until its state is known. */
  progress = $state.raw<IndexProgress | 'failed'>()
  readonly #search: Search

  constructor(search: Search) {
    this.#search = search
    search.onProgress((progress) => {
      const grown = typeof progress === 'object' && progress.done === progress.total
      this.progress = progress
      // Chats indexed since then may match as well.
      if (grown) this.ask()
    })
  }

  get hits(): readonly SearchHit[] {
    return this.answer.hits
  }

  /** Whether the query looks for more than commands. */
  get isAsked(): boolean {
    return this.text.trim() !== '' && !this.text.startsWith('>')
  }

  /**
   * Asks the index for the present query. An empty text starts the worker, so that the index is ready when something is
   * typed.
   */
  ask(): void {
    const { text, thoughts, modelId, fromDay, toDay } = this
    this.busy = this.isAsked
    const [from, to] = [dayStart(fromDay, 0), dayStart(toDay, 1)]
    this.#search.search(
      {
        text: this.isAsked ? text : '',
        thoughts,
        ...(modelId !== '' && { modelId }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to: to - 1 }),
      },
      (answer) => {
        if (!this.isAsked) return
        this.answer = answer
        this.busy = !answer.complete
      },
    )
    if (!this.isAsked) this.answer = NOTHING
  }
}

/** The beginning of a day (2026-07-15), or of the day `later` days after it, in this machine's time zone. */
function dayStart(day: string, later: number): number | undefined {
  const [year, month, date] = day.split('-').map(Number)
  if (year === undefined || month === undefined || date === undefined) return undefined
  return new Date(year, month - 1, date + later).getTime()
}
