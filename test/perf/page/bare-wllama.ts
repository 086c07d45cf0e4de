/** wllama by itself, without anything of the app around it. */
import { Wllama } from '@wllama/wllama/esm/index.js'

export interface BareWllamaRequest {
  readonly gguf: Blob
  readonly wasm: Blob
  readonly threads: number
  readonly prompt: string
  readonly tokens: number
}

globalThis.onmessage = async ({ data }: MessageEvent<BareWllamaRequest>) => {
  Object.defineProperty(globalThis, 'document', { value: { baseURI: location.href }, configurable: true })
  const quiet = () => undefined
  const wasm = URL.createObjectURL(new Blob([data.wasm], { type: 'application/wasm' }))
  const wllama = new Wllama(
    { 'single-thread/wllama.wasm': wasm, 'multi-thread/wllama.wasm': wasm },
    { logger: { debug: quiet, log: quiet, warn: quiet, error: quiet }, suppressNativeLog: true },
  )
  await wllama.loadModel([data.gguf], { n_ctx: 2048, n_threads: data.threads })
  await wllama.samplingInit({ temp: 0 })
  const prompt = await wllama.tokenize(data.prompt)
  for (let round = 0; round < 2; round += 1) {
    await wllama.kvClear()
    const begun = performance.now()
    await wllama.decode(prompt, {})
    const prefilled = performance.now()
    for (let at = 0; at < data.tokens; at += 1) {
      const { token } = await wllama.samplingSample()
      await wllama.decode([token], {})
    }
    const decodeMs = (performance.now() - prefilled) / data.tokens
    // The first round warms up.
    if (round === 1) globalThis.postMessage({ decodeMs, prefillMs: (prefilled - begun) / prompt.length })
  }
}
