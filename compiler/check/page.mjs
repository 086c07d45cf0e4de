// Runs inside the browser: drives WebLLM's token-level functions so that every logit can be compared outside.
import { MLCEngine } from './web-llm.js'

const MODEL = 'model'

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
  const pop = tvm.detachFromCurrentScope(tvm.getGlobalFunc('vm.builtin.kv_state_popn'))
  tvm.endScope()

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
      pop(pipeline.kvCache, new Scalar(0, 'int'), new Scalar(count, 'int32'))
      pipeline.filledKVCacheLength -= count
    },

    reset() {
      pipeline.resetKVCache()
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
