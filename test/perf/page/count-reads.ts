/** Counts every byte that this worker reads from its Blobs, and reports it on the channel on request. */
import type { LoadRequest } from '../../../src/engine/protocol'
import type { ToWorker } from '../../../src/platform/rpc'

const reads = { bytes: 0 }
const handed = new WeakSet<Blob>()
addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.type !== 'call' || data.procedure !== 'load') return
  for (const [, blob] of (data.argument as LoadRequest).files) handed.add(blob)
})
const report = new BroadcastChannel('bytes-read')
report.onmessage = () => {
  report.postMessage(reads.bytes)
}

for (const name of ['arrayBuffer', 'text', 'stream'] as const) {
  const read = Reflect.get(Blob.prototype, name) as (this: Blob) => unknown
  Object.assign(Blob.prototype, {
    [name](this: Blob) {
      if (handed.has(this)) reads.bytes += this.size
      return read.call(this)
    },
  })
}
