/** A bare MLCEngine in a worker, as in WebLLM's own documentation: the app's engine is compared with it. */
import { MLCEngine, type AppConfig } from '@mlc-ai/web-llm'

/** A request to this worker. The first request loads the model. */
export interface BareRequest {
  /** Absolute URL of the model's files, ending with `resolve/main/`. */
  readonly folder: string
  readonly cacheBackend: NonNullable<AppConfig['cacheBackend']>
  /** Left out: nothing but the load. */
  readonly prompt?: string
  /** Generates this many tokens, whatever the model says; if absent, as many as the model likes, but at most 600. */
  readonly tokens?: number
}

let engine: MLCEngine | undefined

async function load({ folder, cacheBackend }: BareRequest): Promise<MLCEngine> {
  const model = {
    model: folder.replace(/resolve\/main\/$/, ''),
    model_id: 'bare',
    model_lib: `${folder}nano-software.wasm`,
  }
  const loaded = new MLCEngine({ appConfig: { cacheBackend, model_list: [model] } })
  const start = performance.now()
  await loaded.reload('bare')
  postMessage({ loadMs: performance.now() - start })
  return loaded
}

onmessage = async ({ data }: MessageEvent<BareRequest>) => {
  engine ??= await load(data)
  if (data.prompt === undefined) return
  const stream = await engine.completions.create({
    prompt: data.prompt,
    temperature: 0,
    max_tokens: data.tokens ?? 600,
    ignore_eos: data.tokens !== undefined,
    stream: true,
    stream_options: { include_usage: true },
  })
  for await (const chunk of stream)
    postMessage({ text: chunk.choices[0]?.text ?? '', tokens: chunk.usage?.completion_tokens })
  postMessage({ done: true })
}
