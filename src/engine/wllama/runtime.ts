import wasmUrl from '@wllama/wllama/esm/single-thread/wllama.wasm?url'

/** Where the site has llama.cpp as WebAssembly; the page fetches it, because the worker has no network. */
export const RUNTIME_URL = wasmUrl
