/** A bare MLCEngine in a worker, as WebLLM's own documentation has it: what the app's engine is compared with. */
import { MLCEngine } from '@mlc-ai/web-llm'

const at = (path: string) => new URL(path, location.origin).href
let engine: MLCEngine | undefined

onmessage = async ({ data }: MessageEvent<{ prompt: string }>) => {
  if (!engine) {
    const model = { model: at('/model/'), model_id: 'nano', model_lib: at('/model/resolve/main/nano-software.wasm') }
    engine = new MLCEngine({ appConfig: { model_list: [model] } })
    await engine.reload('nano')
  }
  const stream = await engine.completions.create({
    prompt: data.prompt,
    temperature: 0,
    max_tokens: 600,
    stream: true,
    stream_options: { include_usage: true },
  })
  for await (const chunk of stream)
    postMessage({ text: chunk.choices[0]?.text ?? '', tokens: chunk.usage?.completion_tokens })
  postMessage({ done: true })
}
