import { afterEach, expect, it } from 'vitest'
import { Hub } from '../../test/fixtures/hub'
import { artifactOf } from './download.fixture'
import { fastestFirst } from './fastest-first'
import { Source } from './sources'

const BYTES = new Uint8Array(300 * 1024).fill(3)
const hubs: Hub[] = []
afterEach(async () => {
  await Promise.allSettled(hubs.splice(0).map((hub) => hub.close()))
})

async function openSource(): Promise<{ hub: Hub; source: Source }> {
  const hub = await Hub.open({ 'shard.bin': BYTES })
  hubs.push(hub)
  return { hub, source: new Source(hub.base) }
}

it('asks each source for a little, and puts slow ones behind fast ones and broken ones last', async () => {
  const [slow, broken, fast, absent] = [await openSource(), await openSource(), await openSource(), await openSource()]
  slow.hub.misbehave({ kind: 'slow', bytesPerSecond: 400 * 1024 })
  broken.hub.misbehave({ kind: 'cut' }, { at: 1000 })
  absent.hub.misbehave({ kind: 'status', status: 404 })
  const sources = [slow, broken, fast, absent].map(({ source }) => source)
  const { signal } = new AbortController()
  const order = await fastestFirst(sources, await artifactOf('shard.bin', BYTES), signal)
  expect(order.map((source) => sources.indexOf(source))).toEqual([2, 0, 1, 3])
  expect(fast.hub.served).toHaveLength(1)
  expect(fast.hub.served[0]).toMatchObject({ start: 0, partial: true })
})

it('waits for nobody much longer than for the fastest', async () => {
  const [silent, fast] = [await openSource(), await openSource()]
  silent.hub.misbehave({ kind: 'stall' }, { at: 1000 })
  const began = performance.now()
  const sources = [silent.source, fast.source]
  expect(await fastestFirst(sources, await artifactOf('shard.bin', BYTES), new AbortController().signal)).toEqual([
    fast.source,
    silent.source,
  ])
  // Well below the 8 s that a source may take if no other has answered.
  expect(performance.now() - began).toBeLessThan(6000)
})

it('asks nobody when there is no choice, and stops when told to', async () => {
  const [one, other] = [await openSource(), await openSource()]
  const artifact = await artifactOf('shard.bin', BYTES)
  const controller = new AbortController()
  expect(await fastestFirst([one.source], artifact, controller.signal)).toEqual([one.source])
  expect(one.hub.served).toEqual([])
  controller.abort()
  await expect(fastestFirst([one.source, other.source], artifact, controller.signal)).rejects.toMatchObject({
    name: 'AbortError',
  })
})
