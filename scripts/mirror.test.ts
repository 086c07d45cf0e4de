import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Hub, REPOSITORY, REVISION } from '../test/fixtures/hub'
import { mirror } from './mirror.mjs'

let folder: string
let hub: Hub
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thinktab-mirror-'))
  hub = await Hub.open({ 'a.bin': Buffer.from('weights'), 'b.json': Buffer.from('{}'), 'README.md': Buffer.from('x') })
})
afterAll(async () => {
  await hub.close()
  await rm(folder, { recursive: true })
})

const take = (file?: string) => {
  const lines: string[] = []
  const wanted = { repository: REPOSITORY, revision: 'main', ...(file !== undefined && { file }) }
  return mirror(hub.origin, wanted, folder, (line) => lines.push(line)).then(() => lines.length)
}
const text = (path: string) => readFile(join(folder, path), 'utf8')

it('copies what a model needs, and fetches again only what is missing or wrong', async () => {
  expect(await take()).toBe(2)
  expect(await text(`${REPOSITORY}/resolve/${REVISION}/a.bin`)).toBe('weights')
  expect(JSON.parse(await text(`api/models/${REPOSITORY}/revision/main`))).toEqual({ sha: REVISION })
  const tree = JSON.parse(await text(`api/models/${REPOSITORY}/tree/${REVISION}`)) as { path: string }[]
  expect(tree.map(({ path }) => path)).toEqual(['a.bin', 'b.json'])
  expect(await take()).toBe(0)
  await writeFile(join(folder, `${REPOSITORY}/resolve/${REVISION}/a.bin`), 'damaged')
  expect(await take()).toBe(1)
})

it('keeps no file that has not the bytes of the listing, and says which is missing', async () => {
  await rm(join(folder, REPOSITORY), { recursive: true })
  hub.misbehave({ kind: 'wrong-byte' }, { path: 'a.bin' })
  await expect(take()).rejects.toThrow('other bytes of a.bin')
  await expect(text(`${REPOSITORY}/resolve/${REVISION}/a.bin`)).rejects.toThrow()
  hub.behave()
  await expect(take('c.gguf')).rejects.toThrow('has no c.gguf')
})
