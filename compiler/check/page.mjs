// Runs inside the browser: drives WebLLM's token-level functions so that every logit can be compared outside.
import { readBandwidth, timeLaunches, watchLaunches } from './launches.mjs'
import { MLCEngine } from './web-llm.js'

const MODEL = 'model'

/** @typedef {import('./web-llm.js').Tensor} Tensor */
/** @typedef {{ shape: number[], dtype: string, data: number[] }} Argument */

/** What a decoded token costs the host: calls of WebGPU since the last reset. @type {Record<string, number>} */
const calls = {}

/**
 * Counts the calls of a method.
 * @template {string} Name
 * @param {Record<Name, (...args: never[]) => unknown>} prototype @param {Name} name
 */
function count(prototype, name) {
  const own = prototype[name]
  calls[name] = 0
  /** @this {unknown} @param {never[]} args */
  prototype[name] = function counted(...args) {
    calls[name] = (calls[name] ?? 0) + 1
    return own.apply(this, args)
  }
}
count(GPUComputePassEncoder.prototype, 'dispatchWorkgroups')
count(GPUQueue.prototype, 'submit')
count(GPUQueue.prototype, 'writeBuffer')
count(GPUBuffer.prototype, 'mapAsync')
watchLaunches()

/** @param {MLCEngine} engine */
function pipelineOf(engine) {
  const pipeline = engine.loadedModelIdToPipeline.get(MODEL)
  if (!pipeline) throw new Error(`WebLLM has no pipeline for ${MODEL}`)
  return pipeline
}

/** Loads the model; `loadMs` is how long that took, `run` calls one of the functions of a check by its name. */
export async function loadModel() {
  const at = (/** @type {string} */ path) => new URL(path, location.href).href
  const started = performance.now()
  const engine = new MLCEngine({
    appConfig: { model_list: [{ model: at('model/'), model_id: MODEL, model_lib: at('kernels.wasm') }] },
  })
  await engine.reload(MODEL)
  // private members of WebLLM 0.2.86; the version is pinned exactly
  const pipeline = pipelineOf(engine)
  const { tvm, device } = pipeline
  const loadMs = performance.now() - started
  /** @type {number[]} */
  let captured = []

  /**
   * Copies a tensor to the CPU as a plain array.
   * @param {Tensor} tensor @param {string} dtype
   */
  async function read(tensor, dtype) {
    tvm.beginScope()
    const copy = tvm.detachFromCurrentScope(tvm.empty(tensor.shape, dtype, tvm.cpu()).copyFrom(tensor))
    tvm.endScope()
    await device.sync()
    const values = Array.from(copy.toArray())
    copy.dispose()
    return values
  }

  const sample = pipeline.sampleFromRawLogits.bind(pipeline)
  let capturing = false
  pipeline.sampleFromRawLogits = async (logits) => {
    if (capturing) captured = await read(logits, 'float32')
    // The likeliest token, also of a model whose configuration draws.
    return sample(logits, { temperature: 0, top_p: 1 })
  }

  // tvmjs does not export its Scalar class; the cache's reset passes one to this function
  /** @type {import('./web-llm.js').ScalarConstructor | undefined} */
  let found
  const addSequence = pipeline.fKVCacheAddSequence
  pipeline.fKVCacheAddSequence = (cache, id) => {
    found = /** @type {import('./web-llm.js').ScalarConstructor} */ (id.constructor)
    return addSequence(cache, id)
  }
  pipeline.resetKVCache()
  const Scalar = found
  if (!Scalar) throw new Error('The reset of the KV cache adds no sequence.')
  tvm.beginScope()
  const global = (/** @type {string} */ name) => tvm.detachFromCurrentScope(tvm.getGlobalFunc(name))
  const [popLast, forkSequence] = [global('vm.builtin.kv_state_popn'), global('vm.builtin.kv_state_fork_sequence')]
  const createCache = tvm.detachFromCurrentScope(pipeline.vm.getFunction('create_tir_paged_kv_cache'))
  tvm.endScope()

  // WebLLM knows one sequence, 0: what it begins is handed to the one in use
  let active = 0
  /** @type {Map<number, number>} */
  const filled = new Map()
  const begin = pipeline.fKVCacheBeginForward
  pipeline.fKVCacheBeginForward = (cache, _, lengths) => begin(cache, tvm.makeShapeTuple([active]), lengths)

  /** Makes another sequence the one that `feed` and `rewind` mean. @param {number} sequence */
  function use(sequence) {
    filled.set(active, pipeline.filledKVCacheLength)
    active = sequence
    pipeline.filledKVCacheLength = filled.get(sequence) ?? 0
  }

  const functions = {
    /** Appends token ids; returns the logits of the last position and the token that WebLLM sampled. @param {number[]} ids */
    async feed(ids) {
      capturing = true
      const token = await pipeline.forwardTokensAndSample(ids, ids.length > 1)
      capturing = false
      return { logits: captured, token }
    },

    /** Takes the last `positions` out of the KV cache. @param {number} positions */
    rewind(positions) {
      popLast(pipeline.kvCache, new Scalar(active, 'int'), new Scalar(positions, 'int32'))
      pipeline.filledKVCacheLength -= positions
    },

    use,

    /**
     * An empty KV cache with room for several sequences instead of WebLLM's own, which has room for one.
     * @param {number} sequences
     */
    openSequences(sequences) {
      const sizes = [sequences, pipeline.contextWindowSize, pipeline.prefillChunkSize, 16, 0]
      tvm.beginScope()
      const cache = /** @type {typeof pipeline.kvCache} */ (
        tvm.detachFromCurrentScope(createCache(...sizes.map((size) => tvm.makeShapeTuple([size]))))
      )
      tvm.endScope()
      pipeline.kvCache.dispose()
      pipeline.kvCache = cache
      active = 0
      filled.clear()
      pipeline.resetKVCache()
      pipeline.filledKVCacheLength = 0
    },

    /**
     * A new sequence `child` which shares the first `length` positions of `parent`.
     * @param {number} parent @param {number} child @param {number} length
     */
    fork(parent, child, length) {
      forkSequence(pipeline.kvCache, ...[parent, child, length].map((value) => new Scalar(value, 'int64')))
      filled.set(child, length)
    },

    /**
     * Greedy reply to a prompt: token ids up to the token `end`, itself included, or `most` of them.
     * @param {number[]} prompt @param {number} end @param {number} most
     */
    async greedy(prompt, end, most) {
      pipeline.resetKVCache()
      pipeline.filledKVCacheLength = 0
      let token = await pipeline.forwardTokensAndSample(prompt, true)
      const reply = [token]
      while (token !== end && reply.length < most) {
        token = await pipeline.forwardTokensAndSample([token], false)
        reply.push(token)
      }
      return reply
    },

    /** Milliseconds of each of `most` decode steps. @param {number[]} ids @param {number} most */
    async time(ids, most) {
      const steps = []
      let token = await pipeline.forwardTokensAndSample(ids, true)
      for (let i = 0; i < most; i += 1) {
        const began = performance.now()
        token = await pipeline.forwardTokensAndSample([token], false)
        steps.push(performance.now() - began)
      }
      return steps
    },

    /** Calls of WebGPU for one decoded token: dispatches, submits, uploads and waits for the GPU. @param {number} token */
    async countCalls(token) {
      await pipeline.forwardTokensAndSample([token, token], true)
      for (const name of Object.keys(calls)) calls[name] = 0
      await pipeline.forwardTokensAndSample([token], false)
      return { ...calls }
    },

    /** The time of each kernel of a decoded token behind a prompt. @param {number[]} ids */
    async timeKernels(ids) {
      const token = await pipeline.forwardTokensAndSample(ids, true)
      return timeLaunches(() => pipeline.forwardTokensAndSample([token], false))
    },

    readBandwidth,

    /** Empties the KV cache. */
    reset() {
      pipeline.resetKVCache()
      pipeline.filledKVCacheLength = 0
    },

    /** Milliseconds of one prefill. @param {number[]} ids */
    async timePrefill(ids) {
      const began = performance.now()
      await pipeline.forwardTokensAndSample(ids, true)
      return performance.now() - began
    },

    /**
     * Calls one of the functions beside the kernels on given arrays.
     * @param {string} name @param {[Argument, ...Argument[]]} args @param {string} resultDtype
     * @param {boolean} inPlace  its result is the first argument
     */
    async call(name, args, resultDtype, inPlace) {
      tvm.beginScope()
      const tensors = args.map(({ shape, dtype, data }) => tvm.empty(shape, dtype, device).copyFrom(data))
      const result = pipeline.vm.getFunction(name)(...tensors)
      const changed = inPlace ? tensors[0] : /** @type {Tensor} */ (result)
      if (!changed) throw new Error(`${name} was called without an argument.`)
      const tensor = tvm.detachFromCurrentScope(changed)
      tvm.endScope()
      const values = await read(tensor, resultDtype)
      tensor.dispose()
      return values
    },
  }

  /** @type {Record<string, (...args: never[]) => unknown>} */
  const byName = functions
  return {
    loadMs,

    /** @param {string} name @param {unknown[]} args @returns {unknown} */
    run(name, args) {
      const own = byName[name]
      if (!own) throw new Error(`There is no function ${name}.`)
      return own(.../** @type {never[]} */ (args))
    },
  }
}
