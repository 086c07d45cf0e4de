import { cacheBytes, dropCache, dropDatabase } from '../platform/site-data'
import { SEARCH_DATABASE } from '../search/index-store'
import { PROCESSOR_CACHE } from '../shared/site-worker'
import { SiteStorage } from './site-storage.svelte'

/** What can be freed at once, because the page makes or fetches it again when it is wanted. */
export type Freeable = 'search' | 'processor'

/** What takes room in this browser. */
export class StorageUse {
  readonly site = new SiteStorage()
  /** Of the engine for the processor; undefined before the first look, or where the browser does not say. */
  processorBytes = $state<number>()
  /** What has been freed since the page was opened. */
  freed = $state.raw<readonly Freeable[]>([])

  async look(): Promise<void> {
    await Promise.all([
      this.site.look(),
      cacheBytes(PROCESSOR_CACHE).then(
        (bytes) => (this.processorBytes = bytes),
        () => (this.processorBytes = undefined),
      ),
    ])
  }

  /** @throws where the browser refuses it */
  async free(part: Freeable): Promise<void> {
    if (part === 'search') await dropDatabase(SEARCH_DATABASE)
    else await dropCache(PROCESSOR_CACHE)
    this.freed = [...this.freed, part]
    await this.look()
  }
}
