import { filesOfDrop } from '../../platform/files'
import type { ModelLibrary } from './model-library.svelte'

/** Imports files dropped on a page that has no list of models. Call it while the event is handled. */
export async function takeDrop(items: Iterable<DataTransferItem>, library: () => Promise<ModelLibrary>): Promise<void> {
  // Begins at once, because after the event the items are gone.
  const given = filesOfDrop(items)
  const list = await library()
  await list.open()
  await list.imports.receive(await given)
}
