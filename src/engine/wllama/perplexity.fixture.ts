import { Wllama } from '@wllama/wllama/esm/index.js'
import { RUNTIME_URLS } from './runtime'

/** The perplexity that llama.cpp itself gives to tokens, from the second on. */
export async function perplexityOf(gguf: Blob, ids: readonly number[]): Promise<number> {
  const quiet = () => undefined
  const wllama = new Wllama(
    { 'single-thread/wllama.wasm': RUNTIME_URLS.single },
    { logger: { debug: quiet, log: quiet, warn: quiet, error: quiet } },
  )
  await wllama.loadModel([gguf], { n_ctx: 512, n_threads: 1 })
  const { n_vocab } = wllama.getLoadedContextInfo()
  let total = 0
  for (const [index, id] of ids.slice(0, -1).entries()) {
    await wllama.decode([id], {})
    const next = ids[index + 1]
    const found = (await wllama.getLogits(n_vocab)).find(({ token }) => token === next)
    total -= Math.log(found?.p ?? 0)
  }
  await wllama.exit()
  return Math.exp(total / (ids.length - 1))
}
