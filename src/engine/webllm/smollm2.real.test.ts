/**
 * SmolLM2-135M from its GGUF file over WebGPU, with what compiler/real_model/for_page.py has prepared: `npm test --
 * real-model`.
 */
import { describe, expect, inject, it } from 'vitest'
import { readHeader } from '../../gguf/header'
import { kernelNeeds } from '../../gguf/webgpu/kernel-needs'
import { modelFiles } from '../../gguf/webgpu/model-files'
import { parseManifest } from '../../models/manifest-schema'
import { gpuPlan, processorPlan } from '../../models/plan.fixture'
import type { RunPlan } from '../../models/run-plan'
import { sha256 } from '../../platform/sha256'
import { WorkerEngine } from '../worker-engine'
import { perplexityOf } from '../wllama/perplexity.fixture'
import engineWorkerUrl from './engine-worker?worker&url'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder that for_page.py has written. */
    realModel: string
  }
}

/** Of one file, by the compiler's numpy model. */
interface Facts {
  readonly folder: string
  readonly layouts: string
  readonly config: Readonly<Record<string, unknown>>
  /** sha256 of each tensor of the converted folder. */
  readonly tensors: Readonly<Record<string, string>>
  /** Token ids of the text. */
  readonly paragraph: readonly number[]
  readonly text: string
  readonly perplexity: number
  readonly replies: readonly {
    readonly prompt: readonly number[]
    readonly end: number
    readonly reply: readonly number[]
  }[]
}

interface Index {
  readonly records: readonly {
    readonly dataPath: string
    readonly records: readonly { readonly name: string; readonly byteOffset: number; readonly nbytes: number }[]
  }[]
}

const get = async (path: string): Promise<Response> => {
  const response = await fetch(`/@fs${inject('realModel')}/${path}`)
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return response
}

/** A model as the compiler has converted it, and as the page runs its file. */
async function modelOf(facts: Facts) {
  const manifest = parseManifest(await (await get(`${facts.folder}/manifest.json`)).json())
  const converted = gpuPlan(manifest)
  const { build } = processorPlan(manifest)
  const source = async ({ path }: { path: string }) => (await get(`${facts.folder}/${path}`)).blob()
  const file = build.artifacts.find(({ role }) => role === 'gguf')
  const kernels = converted.build.artifacts.find(({ role }) => role === 'library')
  if (!file || !kernels) throw new Error('The folder has no gguf or no kernels.')
  const own: RunPlan = {
    model: manifest,
    build: { ...converted.build, quantization: 'gguf', artifacts: [file, kernels] },
    reason: 'gpu',
  }
  return { facts, gguf: await source(file), own, converted, source }
}

const models = await Promise.all(((await (await get('facts.json')).json()) as Facts[]).map(modelOf))
const { signal } = new AbortController()
const onProgress = () => undefined

describe.each(models)('$facts.folder of SmolLM2-135M', ({ facts, gguf, own, converted, source }) => {
  it('needs the kernels that the compiler makes for it', async () => {
    const found = kernelNeeds(await readHeader(gguf))
    expect(found).toMatchObject({ layouts: facts.layouts })
    const { network } = found as Extract<typeof found, { network: unknown }>
    for (const [name, value] of Object.entries(network))
      if (typeof value === 'number') expect(Math.fround(Number(facts.config[name])), name).toBe(Math.fround(value))
      else expect(facts.config[name], name).toBe(value)
  })

  it('becomes the tensors of the converted folder, byte by byte', { timeout: 120_000 }, async () => {
    const files = await modelFiles(gguf, own.model.contextWindow)
    const read = async (path: string) => (await files.get(path)?.()) ?? new ArrayBuffer()
    const index = JSON.parse(new TextDecoder().decode(await read('tensor-cache.json'))) as Index
    const found: Record<string, string> = {}
    for (const { dataPath, records } of index.records) {
      const shard = await read(dataPath)
      for (const { name, byteOffset, nbytes } of records)
        found[name] = await sha256(shard.slice(byteOffset, byteOffset + nbytes))
    }
    expect(found).toEqual(facts.tensors)
    expect(Object.keys(found)).toEqual(Object.keys(facts.tensors))
  })

  it('writes and judges as the converted folder, the numpy model and llama.cpp do', { timeout: 900_000 }, async () => {
    const engine = new WorkerEngine(() => new Worker(engineWorkerUrl, { type: 'module' }))
    const replies = async () => {
      const found: (readonly number[])[] = []
      for (const { prompt, end, reply } of facts.replies)
        found.push(await engine.greedy({ prompt, end, most: reply.length }, { signal }))
      return found
    }
    const fromFile = await engine.load(own, source, { signal, onProgress })
    const written = await replies()
    const score = await engine.meanLogProbability([{ kind: 'text', text: facts.text }], { signal })
    const fromFolder = await engine.load(converted, source, { signal, onProgress })
    expect(written).toEqual(await replies())
    engine.unload()
    expect(written).toEqual(facts.replies.map(({ reply }) => reply))
    const webgpu = Math.exp(-score)
    const llama = await perplexityOf(gguf, facts.paragraph)
    const exact = await perplexityOf(await (await get(`${facts.folder}/exact.gguf`)).blob(), facts.paragraph)
    console.info(
      `${facts.folder}: perplexity ${webgpu.toFixed(3)} over WebGPU, ${facts.perplexity.toFixed(3)} by numpy, ` +
        `${exact.toFixed(3)} by llama.cpp with the same numbers in f32, ${llama.toFixed(3)} with the file; ` +
        `loaded in ${fromFile.loadMs.toFixed(0)} ms from the file, in ${fromFolder.loadMs.toFixed(0)} ms from the folder`,
    )
    expect(Math.abs(webgpu / facts.perplexity - 1)).toBeLessThan(0.0005)
    expect(Math.abs(webgpu / exact - 1)).toBeLessThan(0.005)
    // llama.cpp rounds the activations of quantised products to 8 bits, which moves it by about as much.
    expect(Math.abs(webgpu / llama - 1)).toBeLessThan(0.02)
  })
})
