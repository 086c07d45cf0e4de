import { expect, it } from 'vitest'
import { parseManifest } from '../../models/manifest-schema'
import { gpuPlan } from '../../models/plan.fixture'
import { sha256 } from '../../platform/sha256'
import { AppError } from '../../shared/errors'
import { WorkerEngine } from '../worker-engine'
import engineWorkerUrl from './engine-worker?worker&url'

const FOLDER = '/models/nano/'
/** A load that hangs is none that fails; ms. */
const PATIENCE = 60_000

const written = (edit: (text: string) => string) => async (file: Blob) => {
  const text = await file.text()
  const edited = edit(text)
  if (edited === text) throw new Error('The file is as it was: nothing is damaged.')
  return new Blob([edited])
}
/** A tokenizer with these fields in its model. */
const model = (fields: object) =>
  written((text) => {
    const all = JSON.parse(text) as { model: object }
    return JSON.stringify({ ...all, model: { ...all.model, ...fields } })
  })
const cut = (file: Blob) => Promise.resolve(file.slice(0, file.size / 2))

/** Files that a maker of models could give: their hashes are right. */
const MODELS = [
  { what: 'a tokenizer that is no JSON', path: 'tokenizer.json', damage: cut, code: 'manifest-invalid' },
  { what: 'a tokenizer of another kind', path: 'tokenizer.json', damage: model({ type: 'x' }), code: 'load-failed' },
  { what: 'merges of no tokens', path: 'tokenizer.json', damage: model({ merges: ['q x', 'q'] }), code: 'load-failed' },
  { what: 'no configuration', path: 'mlc-chat-config.json', damage: cut, code: 'manifest-invalid' },
  {
    what: 'a tensor larger than its bytes',
    path: 'tensor-cache.json',
    damage: written((text) => text.replace(/(?<="shape": \[\s*)\d+/, '99999999')),
    code: 'manifest-invalid',
  },
  {
    what: 'tensors of unknown types',
    path: 'tensor-cache.json',
    damage: written((text) => text.replaceAll('"uint32"', '"x"')),
    code: 'load-failed',
  },
  { what: 'kernels cut in half', path: 'nano-software.wasm', damage: cut, code: 'load-failed' },
]

it.each(MODELS)(
  'ends with an error that says why: $what',
  async ({ path, damage, code }) => {
    const fetched = async (name: string) => await (await fetch(FOLDER + name)).blob()
    const file = await damage(await fetched(path))
    const given = parseManifest(await (await fetch(`${FOLDER}manifest.json`)).json())
    const hash = await sha256(await file.arrayBuffer())
    const builds = given.builds.map((build) => ({
      ...build,
      artifacts: build.artifacts.map((one) => (one.path === path ? { ...one, bytes: file.size, sha256: hash } : one)),
    }))
    const engine = new WorkerEngine(() => new Worker(engineWorkerUrl, { type: 'module' }))
    const source = (artifact: { path: string }) =>
      artifact.path === path ? Promise.resolve(file) : fetched(artifact.path)
    const options = { signal: AbortSignal.timeout(PATIENCE), onProgress: () => undefined }
    const error: unknown = await engine.load(gpuPlan({ ...given, builds }), source, options).then(
      () => 'loaded',
      (thrown: unknown) => thrown,
    )
    engine.unload()
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code })
  },
  60_000,
)
