import multiUrl from '@wllama/wllama/esm/multi-thread/wllama.wasm?url'
import singleUrl from '@wllama/wllama/esm/single-thread/wllama.wasm?url'

/**
 * The addresses of llama.cpp as WebAssembly, for one thread or several; the page fetches it, because the worker has no
 * network.
 */
export const RUNTIME_URLS = { single: singleUrl, multi: multiUrl } as const
