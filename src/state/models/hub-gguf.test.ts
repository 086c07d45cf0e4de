import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ggufOf, smallModel } from '../../../test/fixtures/gguf'
import { Hub, REPOSITORY, REVISION } from '../../../test/fixtures/hub'
import { filePart, repositoryContents } from '../../hub/gguf-files'
import { parseManifest } from '../../models/manifest-schema'
import { SettingsStore } from '../../platform/settings-store'
import { sha256 } from '../../platform/sha256'
import { HubGguf } from './hub-gguf'
import { inspectorHere } from './inspector.fixture'
import { Settings } from '../settings.svelte'

const NANO = readFileSync('public/models/nano/nano.gguf')
/** A header longer than the part that is fetched at first. */
const LONG = ggufOf(smallModel({ change: { 'a.b': Array.from({ length: 10 }, () => 'x'.repeat(1_000_000)) } }))
const FILES = {
  'Nano-Q8_0.gguf': NANO,
  'long/Long-F32.gguf': LONG,
  'page.gguf': Buffer.from('<!doctype html>'),
  'cut.gguf': LONG.subarray(0, 9_000_000),
}
const NEVER = new AbortController().signal

let hub: Hub
let settings: Settings
let gguf: HubGguf
beforeEach(async () => {
  hub = await Hub.open(FILES)
  settings = new Settings(new SettingsStore())
  settings.setOwnHub(hub.origin)
  settings.setFirstHub(hub.origin)
  const fetcher = { contents: repositoryContents, part: filePart }
  gguf = new HubGguf({ fetcher, inspector: inspectorHere, settings, now: () => 1000 })
})
afterEach(async () => {
  settings.setFirstHub(undefined)
  settings.setOwnHub('')
  await hub.close()
})

const record = async (path: string) => gguf.record(await gguf.contents(REPOSITORY, 'main', NEVER), path, NEVER)

describe('a GGUF file of a repository', () => {
  it('is listed, and recommended by what its name tells', async () => {
    const { files } = gguf.filesOf(await gguf.contents(REPOSITORY, 'main', NEVER))
    expect(files.find(({ path }) => path === 'Nano-Q8_0.gguf')).toMatchObject({ quantization: 'Q8_0', tight: false })
    expect(files.filter(({ recommended }) => recommended)).toHaveLength(1)
    expect(hub.served).toEqual([])
  })

  it('becomes a model by its header, with the hash that the hub tells, at the commit that it has now', async () => {
    const { manifest } = await record('Nano-Q8_0.gguf')
    expect(manifest).toMatchObject({
      id: 'gguf-thinktab-model-nano-q8_0',
      contextWindow: 1024,
      source: { repository: REPOSITORY, revision: REVISION },
      builds: [
        {
          engine: 'processor',
          artifacts: [
            {
              from: 'Nano-Q8_0.gguf',
              bytes: NANO.length,
              sha256: await sha256(new Uint8Array(NANO).buffer),
              role: 'gguf',
            },
          ],
        },
      ],
    })
    const artifacts = manifest.builds[0]?.artifacts.map(({ from: _, ...artifact }) => artifact)
    const plain = { ...manifest, builds: [{ ...manifest.builds[0], artifacts }] }
    expect(parseManifest(plain)).toEqual(plain)
  })

  it('is fetched further where its header is longer than what came first, and no further than that', async () => {
    const { manifest } = await record('long/Long-F32.gguf')
    expect(manifest).toMatchObject({ name: 'Small', builds: [{ artifacts: [{ from: 'long/Long-F32.gguf' }] }] })
    expect(hub.served.map(({ start }) => start)).toEqual([0, 8 * 1024 * 1024])
  })

  it('is judged by the length that the hub tells', async () => {
    await expect(record('cut.gguf')).rejects.toMatchObject({ details: { reason: 'cut-header', bytes: 9_000_000 } })
    await expect(record('page.gguf')).rejects.toMatchObject({ details: { reason: 'web-page', file: 'page.gguf' } })
    await expect(record('none.gguf')).rejects.toMatchObject({ details: { problem: 'file-missing' } })
  })

  it('has an id of its own, however long its name is', async () => {
    const path = `${'long-name-'.repeat(9)}Q4_K_M.gguf`
    const other = path.replace('Q4', 'Q5')
    const two = await Hub.open({ [path]: NANO, [other]: Buffer.concat([NANO, Buffer.alloc(32)]) })
    try {
      settings.setOwnHub(two.origin)
      settings.setFirstHub(two.origin)
      const ids = [(await record(path)).manifest.id, (await record(other)).manifest.id]
      expect(new Set(ids).size).toBe(2)
      for (const id of ids) expect(id).toMatch(/^[a-z0-9][a-z0-9._-]{0,63}$/)
    } finally {
      await two.close()
    }
  })
})
