/** Messages between the tabs of this site. A tab does not receive its own messages. */
export class Channel<T> {
  readonly #channel: BroadcastChannel

  constructor(name: string) {
    this.#channel = new BroadcastChannel(name)
  }

  /** @param message something that can be cloned */
  post(message: T): void {
    this.#channel.postMessage(message)
  }

  /** Returns a function that ends the listening. */
  listen(listener: (message: T) => void): () => void {
    const receive = (event: MessageEvent<T>) => {
      listener(event.data)
    }
    this.#channel.addEventListener('message', receive)
    return () => {
      this.#channel.removeEventListener('message', receive)
    }
  }

  /** Nothing is sent or received any more. */
  close(): void {
    this.#channel.close()
  }
}
