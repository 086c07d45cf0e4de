// A model with weights of no meaning, in the form that WebLLM loads, made for compiled kernels.
import { Buffer } from 'node:buffer'
import { randomFillSync } from 'node:crypto'
import { copyFile, mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** @typedef {{ name: string, shape: number[], dtype: string }} Parameter */
/**
 * What a kernels' file says of itself.
 * @typedef {{
 *   quantization: string, context: number, prefillChunk: number, features: string[],
 *   config: Record<string, number | string | boolean | null>, kvCache: { dtype: string, bytesPerToken: number },
 *   dispatches: Record<string, number>
 * }} Description
 */

/** @type {Record<string, number>} */
const ITEM_BYTES = { float16: 2, float32: 4, uint32: 4 }
const SHARD_BYTES = 32 << 20
const BLOCK_BYTES = 4 << 20
/** Scales of codes from -7 to 8 that keep activations of a norm within single digits, as f16 bits and as a number. */
const SCALE_F16 = 0x1d1f
const SCALE = 0.005

/**
 * The description in the custom section `thinktab` of a .wasm file.
 * @param {Buffer} wasm @returns {Description}
 */
export function describedIn(wasm) {
  let at = 8
  const number = () => {
    let [value, shift] = [0, 0]
    for (;;) {
      const byte = wasm.readUInt8(at++)
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
      shift += 7
    }
  }
  while (at < wasm.length) {
    const kind = wasm.readUInt8(at++)
    const end = number() + at
    if (kind === 0) {
      const length = number()
      if (wasm.toString('utf8', at, at + length) === 'thinktab')
        return JSON.parse(wasm.toString('utf8', at + length, end))
    }
    at = end
  }
  throw new Error('The file holds no description; it was not made by this compiler.')
}

/**
 * The parameters in the metadata that WebLLM reads, which lies as JSON in the .wasm file.
 * @param {Buffer} wasm @returns {Parameter[]}
 */
export function parametersIn(wasm) {
  const begin = wasm.indexOf('{"model_type": ')
  let depth = 0
  for (let at = begin; begin >= 0 && at < wasm.length; at += 1) {
    depth += wasm[at] === 0x7b ? 1 : wasm[at] === 0x7d ? -1 : 0
    if (depth === 0) return JSON.parse(wasm.toString('utf8', begin, at + 1)).params
  }
  throw new Error('The file holds no metadata.')
}

/**
 * Writes a folder for the kernels: random codes, equal scales, norms of one, no biases.
 * @param {string} folder a new one @param {Buffer} wasm @param {string} nano folder of Nano, whose tokenizer stands in
 * @param {number} context tokens
 */
export async function writeSynthetic(folder, wasm, nano, context) {
  await mkdir(folder, { recursive: true })
  const { config, quantization, prefillChunk } = describedIn(wasm)
  const chat = JSON.parse(await readFile(join(nano, 'mlc-chat-config.json'), 'utf8'))
  const sizes = { vocab_size: config.vocab_size, context_window_size: context, prefill_chunk_size: prefillChunk }
  await writeFile(
    join(folder, 'mlc-chat-config.json'),
    JSON.stringify({ ...chat, ...sizes, model_type: config.model_type, quantization, model_config: config }),
  )
  await copyFile(join(nano, 'tokenizer.json'), join(folder, 'tokenizer.json'))
  /** @type {{ dataPath: string, format: string, nbytes: number, records: object[] }[]} */
  const records = []
  for (const shard of shardsOf(parametersIn(wasm))) {
    const dataPath = `params_shard_${records.length}.bin`
    const file = await open(join(folder, dataPath), 'w')
    let byteOffset = 0
    const entries = []
    for (const parameter of shard) {
      const nbytes = bytesOf(parameter)
      await fill(file, parameter, nbytes)
      entries.push({ ...parameter, format: 'raw', nbytes, byteOffset })
      byteOffset += nbytes
    }
    await file.close()
    records.push({ dataPath, format: 'raw-shard', nbytes: byteOffset, records: entries })
  }
  const metadata = { ParamSize: records.reduce((sum, { records: { length } }) => sum + length, 0) }
  await writeFile(join(folder, 'tensor-cache.json'), JSON.stringify({ metadata, records }))
}

/** Bytes of a parameter. @param {Parameter} parameter */
export const bytesOf = ({ shape, dtype }) => shape.reduce((product, n) => product * n, ITEM_BYTES[dtype] ?? 4)

/** A large tensor has a shard of its own. @param {Parameter[]} parameters */
function shardsOf(parameters) {
  /** @type {Parameter[][]} */
  const shards = []
  let size = Infinity
  for (const parameter of parameters) {
    if (size + bytesOf(parameter) > SHARD_BYTES) {
      shards.push([])
      size = 0
    }
    shards.at(-1)?.push(parameter)
    size += bytesOf(parameter)
  }
  return shards
}

/** @param {import('node:fs/promises').FileHandle} file @param {Parameter} parameter @param {number} bytes */
async function fill(file, { name, dtype }, bytes) {
  const block = Buffer.alloc(Math.min(bytes, BLOCK_BYTES))
  if (name.endsWith('q_weight')) randomFillSync(block)
  else if (name.endsWith('q_scale')) fillNumbers(block, dtype, SCALE, SCALE_F16)
  else if (!name.endsWith('bias')) fillNumbers(block, dtype, 1, 0x3c00)
  for (let left = bytes; left > 0; left -= block.length) await file.write(block, 0, Math.min(left, block.length))
}

/** Pairs of f16 in a u32 have the same bytes as f16. @param {Buffer} block @param {string} dtype @param {number} value @param {number} bits */
function fillNumbers(block, dtype, value, bits) {
  if (dtype === 'float32') new Float32Array(block.buffer, block.byteOffset, block.length >> 2).fill(value)
  else new Uint16Array(block.buffer, block.byteOffset, block.length >> 1).fill(bits)
}
