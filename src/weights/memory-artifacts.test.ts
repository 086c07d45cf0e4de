import { afterEach, beforeEach, expect, it } from 'vitest'
import { Hub } from '../../test/fixtures/hub'
import { sha256 } from '../platform/sha256'
import { FILES, MODEL, quietly, SHARD, TOTAL } from './download.fixture'
import { fetchIntoMemory } from './memory-artifacts'

let hub: Hub
beforeEach(async () => {
  hub = await Hub.open(FILES)
})
afterEach(() => hub.close())

it('has every artifact, verified, without any storage', async () => {
  const done: number[] = []
  const read = await fetchIntoMemory(MODEL, hub.base, { ...quietly(), onProgress: (at) => done.push(at.done) })
  for (const artifact of MODEL) expect(await sha256(await (await read(artifact)).arrayBuffer())).toBe(artifact.sha256)
  expect(done.at(-1)).toBe(TOTAL)
})

it.each([
  [{ kind: 'wrong-byte' }, 'artifact-damaged'],
  [{ kind: 'html' }, 'artifact-damaged'],
  [{ kind: 'cut' }, 'network'],
  [{ kind: 'status', status: 404 }, 'artifact-missing'],
  [{ kind: 'status', status: 503 }, 'server-busy'],
] as const)('fails on %j', async (fault, code) => {
  hub.misbehave(fault, { path: SHARD.path, at: 100 })
  await expect(fetchIntoMemory(MODEL, hub.base, quietly())).rejects.toMatchObject({ code })
})

it('stops when it is told to', async () => {
  const controller = new AbortController()
  controller.abort()
  await expect(fetchIntoMemory(MODEL, hub.base, { ...quietly(), signal: controller.signal })).rejects.toMatchObject({
    name: 'AbortError',
  })
})
