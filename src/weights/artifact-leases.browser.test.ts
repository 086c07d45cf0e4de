import { expect, it, vi } from 'vitest'
import { ArtifactFetcher } from './artifact-fetcher'
import { ArtifactLeases } from './artifact-leases'
import { ArtifactStore } from './artifact-store'
import { IdbWeightsStore } from './idb-weights-store'

const artifact = (name: string) => ({ role: 'shard' as const, path: name, bytes: 3, sha256: name.repeat(64) })
const [A, B, C] = [artifact('a'), artifact('b'), artifact('c')]

/** Two tabs that know nothing of each other but the origin's locks and its database. */
async function tabs(): Promise<{ one: IdbWeightsStore; other: IdbWeightsStore; stored: () => Promise<string[]> }> {
  const database = `leases-${crypto.randomUUID()}`
  const open = () => new IdbWeightsStore(database, new ArtifactFetcher(database, () => 'https://example.org/'))
  const store = new ArtifactStore(database)
  for (const { sha256 } of [A, B, C]) await store.putWhole(sha256, new Blob(['123']))
  const stored = async () => [...(await store.contents()).verified].map(([first = '']) => first).sort()
  return { one: open(), other: open(), stored }
}

/** A task that ends when it is told to. */
function untilTold() {
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => (end = resolve))
  return { end, task: () => ended }
}

it('lets no tab remove what another one needs, whichever way it tidies up', async () => {
  const { one, other, stored } = await tabs()
  const { end, task } = untilTold()
  const needed = one.needing([A, B], task)
  await vi.waitFor(async () => expect(await other.isNeeded([A])).toBe(true))
  expect(await other.isNeeded([C])).toBe(false)
  expect(await other.removeOthers([])).toBe(3)
  expect(await stored()).toEqual(['a', 'b'])
  expect(await other.remove([A, B], [])).toBe(0)
  expect(await stored()).toEqual(['a', 'b'])

  end()
  await needed
  expect(await other.isNeeded([A, B])).toBe(false)
  expect(await other.remove([A, B], [B])).toBe(3)
  expect(await other.removeOthers([])).toBe(3)
  expect(await stored()).toEqual([])
})

it('ends with a task that fails, and is shared by tabs that need the same', async () => {
  const { one, other } = await tabs()
  const { end, task } = untilTold()
  const needed = one.needing([A], task)
  await expect(other.needing([A], () => Promise.reject(new TypeError('It failed.')))).rejects.toThrow('It failed.')
  expect(await other.isNeeded([A])).toBe(true)
  end()
  await needed
  expect(await other.isNeeded([A])).toBe(false)
})

it('begins after a removal that has begun', async () => {
  const leases = new ArtifactLeases(`leases-${crypto.randomUUID()}`)
  const removal = untilTold()
  const order: string[] = []
  const removing = leases.onUnneeded(['a'], async (unneeded) => {
    order.push(`removes ${unneeded.join()}`)
    await removal.task()
    order.push('removed')
  })
  await vi.waitFor(() => expect(order).toEqual(['removes a']))
  const needing = leases.during(['a'], () => {
    order.push('needs a')
    return Promise.resolve()
  })
  await new Promise((resolve) => setTimeout(resolve, 50))
  removal.end()
  await Promise.all([removing, needing])
  expect(order).toEqual(['removes a', 'removed', 'needs a'])
})
