// Runs inside the browser: drives WebLLM's token-level functions so that every logit can be compared outside.
import { MLCEngine } from './web-llm.js'

const MODEL = 'model'

// what a decoded token costs the host: calls of WebGPU since the last reset
const calls = {}
for (const [owner, name] of [
  [GPUComputePassEncoder, 'dispatchWorkgroups'],
  [GPUQueue, 'submit'],
  [GPUQueue, 'writeBuffer'],
  [GPUBuffer, 'mapAsync'],
]) {
  const own = owner.prototype[name]
  calls[name] = 0
  owner.prototype[name] = function counted(...args) {
    calls[name] += 1
    return own.apply(this, args)
  }
}

/** Loads the model and returns the functions of one check. */
async function load() {
  const at = (path) => new URL(path, location.href).href
  const started = performance.now()
  const engine = new MLCEngine({
    appConfig: { model_list: [{ model: at('model/'), model_id: MODEL, model_lib: at('library.wasm') }] },
  })
  await engine.reload(MODEL)
  // private members of WebLLM 0.2.86; the version is pinned exactly
  const pipeline = engine.loadedModelIdToPipeline.get(MODEL)
  const { tvm, device } = pipeline
  let captured

  /** Copies a tensor to the CPU as a plain array. */
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
  pipeline.sampleFromRawLogits = async (logits, ...rest) => {
    if (capturing) captured = await read(logits, 'float32')
    return sample(logits, ...rest)
  }

  // tvmjs does not export its Scalar class; the cache's reset passes one to this function
  let Scalar
  const addSequence = pipeline.fKVCacheAddSequence
  pipeline.fKVCacheAddSequence = (cache, id) => {
    Scalar = id.constructor
    return addSequence(cache, id)
  }
  pipeline.resetKVCache()
  tvm.beginScope()
  const [pop, fork] = ['popn', 'fork_sequence'].map((name) =>
    tvm.detachFromCurrentScope(tvm.getGlobalFunc(`vm.builtin.kv_state_${name}`)),
  )
  const createCache = tvm.detachFromCurrentScope(pipeline.vm.getFunction('create_tir_paged_kv_cache'))
  tvm.endScope()

  // WebLLM knows one sequence, 0: what it begins is handed to the one in use
  let active = 0
  const filled = new Map()
  const begin = pipeline.fKVCacheBeginForward
  pipeline.fKVCacheBeginForward = (cache, _, lengths) => begin(cache, tvm.makeShapeTuple([active]), lengths)

  /** Makes another sequence the one that `feed` and `rewind` mean. */
  function use(sequence) {
    filled.set(active, pipeline.filledKVCacheLength)
    active = sequence
    pipeline.filledKVCacheLength = filled.get(sequence) ?? 0
  }

  return {
    loadMs: performance.now() - started,

    /** Appends token ids; returns the logits of the last position and the token that WebLLM sampled. */
    async feed(ids) {
      capturing = true
      const token = await pipeline.forwardTokensAndSample(ids, ids.length > 1)
      capturing = false
      return { logits: captured, token }
    },

    /** Takes the last `count` positions out of the KV cache. */
    rewind(count) {
      pop(pipeline.kvCache, new Scalar(active, 'int'), new Scalar(count, 'int32'))
      pipeline.filledKVCacheLength -= count
    },

    use,

    /** An empty KV cache with room for `count` sequences instead of WebLLM's own, which has room for one. */
    openSequences(count) {
      const sizes = [count, pipeline.contextWindowSize, pipeline.prefillChunkSize, 16, 0]
      tvm.beginScope()
      const cache = tvm.detachFromCurrentScope(createCache(...sizes.map((size) => tvm.makeShapeTuple([size]))))
      tvm.endScope()
      pipeline.kvCache.dispose()
      pipeline.kvCache = cache
      active = 0
      filled.clear()
      pipeline.resetKVCache()
      pipeline.filledKVCacheLength = 0
    },

    /** A new sequence `child` which shares the first `length` positions of `parent`. */
    fork(parent, child, length) {
      fork(pipeline.kvCache, ...[parent, child, length].map((value) => new Scalar(value, 'int64')))
      filled.set(child, length)
    },

    /** Greedy reply to a prompt: token ids up to the token `end`, itself included, or `most` of them. */
    async greedy(prompt, end, most) {
      pipeline.resetKVCache()
      pipeline.filledKVCacheLength = 0
      const reply = [await pipeline.forwardTokensAndSample(prompt, true)]
      while (reply.at(-1) !== end && reply.length < most)
        reply.push(await pipeline.forwardTokensAndSample([reply.at(-1)], false))
      return reply
    },

    /** Milliseconds of each of `count` decode steps. */
    async time(ids, count) {
      const steps = []
      let token = await pipeline.forwardTokensAndSample(ids, true)
      for (let i = 0; i < count; i += 1) {
        const began = performance.now()
        token = await pipeline.forwardTokensAndSample([token], false)
        steps.push(performance.now() - began)
      }
      return steps
    },

    /** Calls of WebGPU for one decoded token: dispatches, submits, uploads and waits for the GPU. */
    async countCalls(token) {
      await pipeline.forwardTokensAndSample([token, token], true)
      for (const name of Object.keys(calls)) calls[name] = 0
      await pipeline.forwardTokensAndSample([token], false)
      return { ...calls }
    },

    /** Milliseconds of one prefill of `ids`. */
    async timePrefill(ids) {
      const began = performance.now()
      await pipeline.forwardTokensAndSample(ids, true)
      return performance.now() - began
    },

    /**
     * Calls one of the library's functions on given arrays.
     * Arguments are {shape, dtype, data}; returns its tensor result, or the first argument when `inPlace`.
     */
    async call(name, args, resultDtype, inPlace) {
      tvm.beginScope()
      const tensors = args.map(({ shape, dtype, data }) => tvm.empty(shape, dtype, device).copyFrom(data))
      const result = pipeline.vm.getFunction(name)(...tensors)
      const tensor = tvm.detachFromCurrentScope(inPlace ? tensors[0] : result)
      tvm.endScope()
      const values = await read(tensor, resultDtype)
      tensor.dispose()
      return values
    },
  }
}

globalThis.loadModel = async () => {
  globalThis.model = await load()
  return globalThis.model.loadMs
}
