/** The IndexedDB database of all weights; the page reads it, the weights worker writes it. */
export const WEIGHTS_DATABASE = 'thinktab-weights'
