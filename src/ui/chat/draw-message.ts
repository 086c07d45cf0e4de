const NAME = 'drawmessage'

/** Asks the drawer of the chat for a message that may not be drawn yet. */
export function drawMessage(id: string): void {
  dispatchEvent(new CustomEvent(NAME, { detail: id }))
}

/** Told which message is requested. Returns a function that ends this. */
export function onDrawMessage(listener: (id: string) => void): () => void {
  const hear = (event: Event) => {
    listener((event as CustomEvent<string>).detail)
  }
  addEventListener(NAME, hear)
  return () => removeEventListener(NAME, hear)
}
