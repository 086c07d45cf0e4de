import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { bestAdapter } from '../../platform/gpu'
import { CommandStream } from './command-stream'
import { Kernel, type Runner } from './kernel'
import { UniformSlots } from './uniform-slots'

/** Words of each buffer: two are too large for an upload within the stream. */
const WORDS = [1, 8, 2000, 2000]
const COPIED = 1

/** Adds three times the source's last word, and a number, to the first word of the target. */
const CODE = `
@group(0) @binding(0) var<storage, read> source : array<u32>;
@group(0) @binding(1) var<storage, read_write> to : array<u32>;
struct Numbers { number : u32, row : u32 }
@group(0) @binding(2) var<uniform> numbers : Numbers;
@compute @workgroup_size(1) fn add() {
  to[0] += 3u * source[arrayLength(&source) - 1u] + numbers.number * numbers.row;
}`
const DESCRIPTION = {
  name: 'add',
  arg_types: ['handle', 'uint32', 'handle'],
  launch_param_tags: ['blockIdx.x', 'paramWriteAccess:[0,1]'],
}

/** A device with buffers and the kernel, behind a stream. */
async function bench(device: GPUDevice) {
  let submits = 0
  const stream = new CommandStream(device, () => (submits += 1))
  const slots = new UniformSlots(stream, () => {
    kernel.forgetSlots()
  })
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST
  const buffers = WORDS.map((words) => device.createBuffer({ size: 4 * words, usage }))
  const bufferOf = (handle: number) => buffers[handle] ?? device.createBuffer({ size: 4, usage })
  const kernel = new Kernel({ stream, slots, bufferOf }, DESCRIPTION, CODE)
  const run: Runner = await kernel.compileAsync()
  const read = async (handle: number): Promise<Uint32Array> => {
    const size = bufferOf(handle).size
    const staging = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST })
    stream.copy(bufferOf(handle), 0, staging, 0, size)
    stream.flush()
    await staging.mapAsync(GPUMapMode.READ)
    return new Uint32Array(staging.getMappedRange().slice(0))
  }
  return { stream, bufferOf, run, read, submits: () => submits }
}

describe('a stream of commands', () => {
  let device: GPUDevice
  beforeAll(async () => {
    device = await (await bestAdapter()).requestDevice()
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })
  afterAll(() => {
    device.destroy()
  })

  it('does everything in its order, as one thing after the other would', { timeout: 60_000 }, async () => {
    const handle = fc.nat({ max: WORDS.length - 1 })
    const number = fc.nat({ max: 1000 })
    const command = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('run'), from: handle, to: handle, number }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('upload'), from: handle, to: handle, number }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('copy'), from: handle, to: handle, number }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('flush'), from: handle, to: handle, number }) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 150 }), async (commands) => {
        const { stream, bufferOf, run, read } = await bench(device)
        const expected = WORDS.map((words) => new Uint32Array(words))
        for (const { kind, from, to, number: given } of commands) {
          const [source, target] = [expected[from] ?? new Uint32Array(), expected[to] ?? new Uint32Array()]
          if (kind === 'upload') {
            target.fill(given)
            stream.upload(new Uint8Array(target.slice().buffer), bufferOf(to), 0)
          } else if (kind === 'flush') {
            stream.flush()
          } else if (from !== to && kind === 'copy') {
            target.set(source.subarray(0, COPIED))
            stream.copy(bufferOf(from), 0, bufferOf(to), 0, 4 * COPIED)
          } else if (from !== to) {
            target[0] = (target[0] ?? 0) + 3 * (source.at(-1) ?? 0) + given
            run(from, given, to, 1)
          }
        }
        for (const [at, words] of expected.entries()) expect(await read(at)).toEqual(words)
      }),
      { numRuns: 60 },
    )
  })

  it('has room for more numbers and uploads than fit', { timeout: 60_000 }, async () => {
    const { stream, bufferOf, run, read } = await bench(device)
    const ALWAYS = 5000
    let sum = 0
    for (let index = 0; index < 9000; index += 1) {
      // Each number comes twice, the second time long after its place was given to another; the first one comes all the time.
      const number = index % 4500
      run(0, ALWAYS, 1, 1)
      run(0, number, 1, 1)
      sum += number + ALWAYS
    }
    expect((await read(1))[0]).toBe(sum)
    for (let index = 1; index <= 100; index += 1) {
      stream.upload(new Uint8Array(new Uint32Array(1000).fill(index).buffer), bufferOf(2), 0)
      stream.copy(bufferOf(2), 0, bufferOf(0), 0, 4)
      run(0, 0, 3, 1)
    }
    expect((await read(3))[0]).toBe(3 * 5050)
  })

  it.each([
    { browser: 'Chrome/156.0.0.0 Safari/537.36', nudged: false },
    { browser: 'Gecko/20100101 Firefox/150.0', nudged: true },
  ])('is made to look for finished work only in Firefox: $browser', async ({ browser, nudged }) => {
    vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue(`Mozilla/5.0 ${browser}`)
    const submit = vi.spyOn(device.queue, 'submit')
    const empty = () => submit.mock.calls.filter(([commands]) => [...commands].length === 0).length
    const { stream, bufferOf, run } = await bench(device)
    const staging = device.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST })
    for (let index = 0; index < 3000; index += 1) run(0, 1, 1, 1)
    stream.copy(bufferOf(1), 0, staging, 0, 4)
    expect(new Uint32Array(await stream.map(staging, 4))).toEqual(new Uint32Array([3000]))
    expect(empty() > 0).toBe(nudged)
    const before = empty()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(empty()).toBe(before)
  })

  it('fails a map only after a lost device has said so, also one that had just succeeded', async () => {
    const own = await (await bestAdapter()).requestDevice()
    const { stream, bufferOf } = await bench(own)
    const staging = own.createBuffer({ size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST })
    stream.copy(bufferOf(1), 0, staging, 0, 4)
    let isLost = false
    void own.lost.then(() => (isLost = true))
    const map = staging.mapAsync.bind(staging)
    vi.spyOn(staging, 'mapAsync').mockImplementation(async (...given) => {
      await map(...given)
      own.destroy()
      return undefined
    })
    await expect(stream.map(staging, 4)).rejects.toThrow(DOMException)
    expect(isLost).toBe(true)
  })

  it('is submitted when somebody waits, or when it has many dispatches', async () => {
    const { stream, run, submits } = await bench(device)
    for (let index = 0; index < 63; index += 1) run(0, 1, 1, 1)
    expect(submits()).toBe(0)
    run(0, 1, 1, 1)
    expect(submits()).toBe(1)
    stream.flush()
    expect(submits()).toBe(1)
    run(0, 1, 1, 1)
    stream.flush()
    expect(submits()).toBe(2)
  })
})
