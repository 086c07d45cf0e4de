import { LabStore } from '../../lab/lab-store'

/** An empty store in a database of its own. */
export const newLabStore = () => new LabStore(`lab-${crypto.randomUUID()}`)
