import { Wllama } from '@wllama/wllama/esm/index.js'
import type { Build } from '../../models/manifest'
import { AppError } from '../../shared/errors'
import { PREFILL_BATCH } from '../../shared/prefill-batch'
import type { GenerationModel } from '../generate'
import { addedTokens, refuseLarge } from '../model-json'
import { PromptEncoder } from '../prompt-tokens'
import type { LoadRequest, Runtime } from '../protocol'
import { TokenSequence } from '../token-sequence'
import { verifiedBytes } from '../verified-bytes'
import { LlamaModel } from './llama-model'
import { pieceDecoder } from './pieces'

const BREAK = '\n'
/** Up to this size a file is hashed again when it is loaded; a larger one was when it was stored. */
const HASHED_BYTES = 64 * 1024 * 1024

/**
 * Loads a model's GGUF file into llama.cpp.
 *
 * @param onLost told when wllama's own worker stops after the load; before, the load fails
 */
export async function loadModel(
  { plan: { model, build }, files, runtime }: LoadRequest,
  onLost: (error: AppError) => void,
): Promise<GenerationModel> {
  const blobs = new Map(files)
  const gguf = await blobOf(build, blobs, 'gguf')
  const added = await addedTokensOf(build, blobs)
  if (!runtime) throw new AppError('load-failed', 'The engine came without its WebAssembly.', { retry: 'never' })
  const { wllama, stopped } = startWllama(runtime)
  const load = wllama.loadModel([gguf], {
    n_ctx: model.contextWindow,
    n_batch: PREFILL_BATCH,
    n_threads: runtime.threads,
  })
  await Promise.race([load, stopped])
  stopped.catch(onLost)
  const vocabulary = await wllama.getVocab()
  const { n_vocab } = wllama.getLoadedContextInfo()
  // In this version the list begins with as many empty pieces as there are tokens.
  const decode = pieceDecoder(vocabulary.slice(-n_vocab))
  const encode = (text: string) => wllama.tokenize(text)
  return {
    sequence: new TokenSequence(new LlamaModel(wllama, n_vocab)),
    encoder: new PromptEncoder(encode, added, await furtherEncoder(encode, decode)),
    contextWindow: model.contextWindow,
    decode,
  }
}

/**
 * Encodes a text that goes on behind another one. SentencePiece puts a space before each text that it is given, so the
 * text is given behind a line break, whose tokens are then left out.
 */
export async function furtherEncoder(
  encode: (text: string) => Promise<number[]>,
  decode: (ids: Int32Array) => string,
): Promise<(text: string) => Promise<number[]>> {
  const before = await encode(BREAK)
  if (decode(Int32Array.from(before)) !== ` ${BREAK}`) return encode
  return async (text) => {
    const ids = await encode(BREAK + text)
    // A tokenizer that joins the break with the text has no place to cut.
    return before.every((id, index) => ids[index] === id) ? ids.slice(before.length) : await encode(text)
  }
}

async function addedTokensOf(build: Build, blobs: ReadonlyMap<string, Blob>): Promise<readonly string[]> {
  if (build.engine === 'processor' && build.addedTokens) return build.addedTokens
  return addedTokens(await (await blobOf(build, blobs, 'tokenizer')).text())
}

async function blobOf(build: Build, blobs: ReadonlyMap<string, Blob>, role: 'gguf' | 'tokenizer'): Promise<Blob> {
  const artifact = build.artifacts.find((each) => each.role === role)
  const blob = artifact && blobs.get(artifact.path)
  if (!blob)
    throw new AppError('manifest-invalid', `The model has no ${role}.`, {
      retry: 'never',
      details: { field: 'artifacts' },
    })
  if (role === 'tokenizer') refuseLarge(artifact.path, blob.size)
  // Not into memory: a browser's ArrayBuffer ends at 2 GiB, and llama.cpp reads the file in pieces.
  return blob.size > HASHED_BYTES ? blob : new Blob([await verifiedBytes(artifact, blob)])
}

/** @returns wllama, and a promise that is rejected when its worker stops, which wllama only writes to its log */
function startWllama({ wasm: bytes, threads }: Runtime): { wllama: Wllama; stopped: Promise<never> } {
  // wllama makes addresses absolute by the page's, which a worker does not have.
  Object.defineProperty(globalThis, 'document', { value: { baseURI: location.href }, configurable: true })
  const quiet = () => undefined
  let stop: (error: AppError) => void = quiet
  const stopped = new Promise<never>((_, reject) => (stop = reject))
  const logger = {
    debug: quiet,
    log: quiet,
    warn: quiet,
    error: (...what: unknown[]) => {
      const reason = what.map((each) => (each instanceof ErrorEvent ? each.message : String(each))).join(' ')
      stop(new AppError('engine-crashed', `llama.cpp stopped: ${reason}`, { retry: 'now', details: { reason } }))
    },
  }
  const wasm = URL.createObjectURL(new Blob([bytes], { type: 'application/wasm' }))
  // wllama always asks for the file for a single thread, even if it is not used.
  const paths = { 'single-thread/wllama.wasm': wasm, ...(threads > 1 && { 'multi-thread/wllama.wasm': wasm }) }
  const wllama = new Wllama(paths, { logger, suppressNativeLog: true })
  return { wllama, stopped }
}
