/** How often a device is asked to do what costs the host time. */
export interface Traffic {
  submits: number
  /** Of the queue, into buffers. */
  writes: number
  passes: number
  dispatches: number
  bindGroups: number
  /** For a buffer's content, or for the queue's end. */
  waits: number
}

/** Counts the traffic of all devices of this realm, from now on. */
export function countTraffic(): Traffic {
  const traffic: Traffic = { submits: 0, writes: 0, passes: 0, dispatches: 0, bindGroups: 0, waits: 0 }
  const count = <T extends object>(prototype: T, name: keyof T & string, counter: keyof Traffic) => {
    const original = prototype[name] as (...given: unknown[]) => unknown
    Object.assign(prototype, {
      [name](this: T, ...given: unknown[]) {
        traffic[counter] += 1
        return original.apply(this, given)
      },
    })
  }
  count(GPUQueue.prototype, 'submit', 'submits')
  count(GPUQueue.prototype, 'writeBuffer', 'writes')
  count(GPUQueue.prototype, 'onSubmittedWorkDone', 'waits')
  count(GPUCommandEncoder.prototype, 'beginComputePass', 'passes')
  count(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', 'dispatches')
  count(GPUDevice.prototype, 'createBindGroup', 'bindGroups')
  count(GPUBuffer.prototype, 'mapAsync', 'waits')
  return traffic
}
