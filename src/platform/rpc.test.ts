import { describe, expect, it, vi } from 'vitest'
import { AppError } from '../shared/errors'
import { delay, onAbort } from './abort'
import { RpcClient, serve, type Call } from './rpc'
import { FakeWorker, workerHere } from './rpc.fixture'

interface TestProcedures {
  double(value: number): Promise<number>
  count(upTo: number, call: Call<number>): Promise<string>
  sleep(ms: number, call: Call): Promise<void>
  /** Ends in its own way when it is aborted. */
  wait(nothing: undefined, call: Call): Promise<string>
  fail(how: 'with a code' | 'with a sentence' | 'with a thing'): Promise<never>
  failWhenAborted(nothing: undefined, call: Call): Promise<never>
  bytes(length: number, call: Call): Promise<Uint8Array<ArrayBuffer>>
  unclonable(nothing: undefined): Promise<unknown>
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    onAbort(signal, resolve)
  })
const made: Uint8Array[] = []

const PROCEDURES: TestProcedures = {
  double: (value) => Promise.resolve(2 * value),
  count: async (upTo, { report }) => {
    for (let value = 1; value <= upTo; value += 1) {
      report(value)
      await Promise.resolve()
    }
    return 'counted'
  },
  sleep: (ms, { signal }) => delay(ms, signal),
  wait: async (_nothing, { signal }) => {
    await aborted(signal)
    return 'as far as I came'
  },
  fail: (how) => {
    if (how === 'with a code')
      return Promise.reject(
        new AppError('storage-full', 'No room.', { retry: 'later', details: { bytes: 7 }, cause: new Error('quota') }),
      )
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- libraries do throw such things
    return Promise.reject(how === 'with a thing' ? 'a thing' : new TypeError('A sentence.'))
  },
  failWhenAborted: async (_nothing, { signal }) => {
    await aborted(signal)
    throw new AppError('device-lost', 'The GPU stopped working.', { retry: 'now' })
  },
  bytes: (length, { transfer }) => {
    const bytes = new Uint8Array(length)
    made.push(bytes)
    transfer.push(bytes.buffer)
    return Promise.resolve(bytes)
  },
  unclonable: () => Promise.resolve(() => undefined),
}

const crash = (reason: string) => new AppError('engine-crashed', reason, { retry: 'now' })

function open() {
  const worker = workerHere((scope) => {
    serve<TestProcedures>(PROCEDURES, scope)
  })
  return new RpcClient<TestProcedures>(worker, crash)
}

function openFake() {
  const worker = new FakeWorker()
  const crashed = vi.fn(crash)
  return { worker, crashed, client: new RpcClient<TestProcedures>(worker as unknown as Worker, crashed) }
}

const crashWithoutReason = (worker: FakeWorker) => {
  worker.crash()
}
const sendUnreadable = (worker: FakeWorker) => {
  worker.onmessageerror?.()
}

const ENOUGH = new Error('enough')

describe('RpcClient and serve', () => {
  it('answer each call with its own result, also when calls overlap', async () => {
    const client = open()
    const slow = client.call('sleep', 20)
    expect(await Promise.all([client.call('double', 2), client.call('double', 21)])).toEqual([4, 42])
    await expect(slow).resolves.toBeUndefined()
    client.end(ENOUGH)
  })

  it('tell what a call reports, in order and before its result, and to nobody else', async () => {
    const client = open()
    const [one, other]: number[][] = [[], []]
    const calls = [
      client.call('count', 3, { onProgress: (value) => one?.push(value) }).then((result) => [result, one?.length]),
      client.call('count', 2, { onProgress: (value) => other?.push(value) }),
      client.call('count', 1),
    ]
    expect(await Promise.all(calls)).toEqual([['counted', 3], 'counted', 'counted'])
    expect([one, other]).toEqual([
      [1, 2, 3],
      [1, 2],
    ])
    client.end(ENOUGH)
  })

  it('hand over what a procedure says is to be', async () => {
    const client = open()
    expect((await client.call('bytes', 8)).byteLength).toBe(8)
    expect(made.at(-1)?.byteLength).toBe(0)
    client.end(ENOUGH)
  })

  it('carry an AppError over, and make one of anything else', async () => {
    const client = open()
    const failures = await Promise.all(
      (['with a code', 'with a sentence', 'with a thing'] as const).map((how) =>
        client.call('fail', how).catch((error: unknown) => error),
      ),
    )
    for (const failure of failures) expect(failure).toBeInstanceOf(AppError)
    expect(failures).toMatchObject([
      { code: 'storage-full', message: 'No room.', retry: 'later', details: { bytes: 7 } },
      { code: 'unexpected', message: 'A sentence.' },
      { code: 'unexpected', message: 'a thing' },
    ])
    await expect(client.call('unclonable', undefined)).rejects.toMatchObject({ code: 'unexpected' })
    expect(await client.call('double', 1)).toBe(2)
    client.end(ENOUGH)
  })

  it('fail a call whose argument cannot be cloned, and no other', async () => {
    const client = open()
    const other = client.call('double', 4)
    await expect(client.call('double', (() => 1) as unknown as number)).rejects.toThrow('could not be cloned')
    expect(await other).toBe(8)
    client.end(ENOUGH)
  })
})

describe('aborting a call', () => {
  it('ends it with the signal’s reason where the worker gives it up', async () => {
    const client = open()
    const abort = new AbortController()
    const sleeping = client.call('sleep', 60_000, { signal: abort.signal })
    abort.abort(ENOUGH)
    await expect(sleeping).rejects.toBe(ENOUGH)
    expect(await client.call('double', 1)).toBe(2)
    client.end(ENOUGH)
  })

  it('leaves it to the procedure how it ends', async () => {
    const client = open()
    const abort = new AbortController()
    const { signal } = abort
    const waiting = client.call('wait', undefined, { signal })
    const failing = client.call('failWhenAborted', undefined, { signal })
    abort.abort()
    expect(await waiting).toBe('as far as I came')
    await expect(failing).rejects.toMatchObject({ code: 'device-lost' })
    client.end(ENOUGH)
  })

  it('asks the worker for nothing before the call, nor after it', async () => {
    const { worker, client } = openFake()
    await expect(client.call('double', 1, { signal: AbortSignal.abort(ENOUGH) })).rejects.toBe(ENOUGH)
    expect(worker.received).toEqual([])
    const abort = new AbortController()
    const call = client.call('double', 1, { signal: abort.signal })
    worker.answer('double', 2)
    await call
    abort.abort()
    expect(worker.received).toHaveLength(1)
  })
})

describe('the end of a worker', () => {
  it('fails everything that was asked, and what is asked later', async () => {
    const client = open()
    const calls = [client.call('sleep', 60_000), client.call('wait', undefined)]
    client.end(ENOUGH)
    for (const call of [...calls, client.call('double', 1)]) await expect(call).rejects.toBe(ENOUGH)
  })

  it('is told once, with the reason, when it stops by itself', async () => {
    const { worker, crashed, client } = openFake()
    const calls = [client.call('double', 1), client.call('wait', undefined)]
    worker.crash('boom')
    worker.crash('again')
    for (const call of [...calls, client.call('double', 2)])
      await expect(call).rejects.toMatchObject({ code: 'engine-crashed', message: 'boom' })
    expect(crashed).toHaveBeenCalledExactlyOnceWith('boom', undefined)
    expect(worker.terminated).toBe(true)
  })

  it.each([
    ['cannot start', crashWithoutReason, 'The worker could not be started.'],
    ['cannot be understood', sendUnreadable, 'It sent a message that cannot be read.'],
  ])('comes when it %s', async (_how, act, message) => {
    const { worker, client } = openFake()
    const call = client.call('double', 1)
    act(worker)
    await expect(call).rejects.toMatchObject({ message })
  })

  it('says by a code of its own that the script could not be loaded', () => {
    const { worker, crashed } = openFake()
    worker.crash()
    expect(crashed).toHaveBeenCalledExactlyOnceWith('The worker could not be started.', 'script-missing')
  })

  it('leaves late messages without a reader', async () => {
    const { worker, crashed, client } = openFake()
    const told = vi.fn()
    const call = client.call('count', 3, { onProgress: told })
    client.end(ENOUGH)
    worker.report('count', 1)
    worker.answer('count', 'counted')
    worker.crash('late')
    await expect(call).rejects.toBe(ENOUGH)
    expect(told).not.toHaveBeenCalled()
    expect(crashed).not.toHaveBeenCalled()
  })
})
