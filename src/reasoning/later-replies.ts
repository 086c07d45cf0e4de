import type { Replays, Replies, ReplyEvent, ReplyRequest } from './replies'

interface ChosenModel {
  readonly id: string
  readonly loaded: { readonly model: { readonly sampling: Replies['sampling'] } } | undefined
}

/** Replies of a writer that is fetched when it is first needed. */
export class LaterReplies implements Replies, Replays {
  readonly #model: ChosenModel
  readonly #load: () => Promise<Replies & Replays>

  /** @param load gives the same writer each time */
  constructor(model: ChosenModel, load: () => Promise<Replies & Replays>) {
    this.#model = model
    this.#load = load
  }

  get modelId(): string {
    return this.#model.id
  }

  get sampling(): Replies['sampling'] {
    return this.#model.loaded?.model.sampling
  }

  async *write(request: ReplyRequest, wishes: Parameters<Replies['write']>[1]): AsyncIterable<ReplyEvent> {
    const replies = await this.#load()
    yield* replies.write(request, wishes)
  }

  async *replay(...given: Parameters<Replays['replay']>): ReturnType<Replays['replay']> {
    yield* (await this.#load()).replay(...given)
  }

  async measure(request: Parameters<Replies['measure']>[0]): ReturnType<Replies['measure']> {
    return await (await this.#load()).measure(request)
  }
}
