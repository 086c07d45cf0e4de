import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { serve } from '../platform/rpc'
import { workerHere } from '../platform/rpc.fixture'
import { AllowedPlaces } from './allowed-places'
import { WorkerFetcher } from './worker-fetcher'
import type { WeightsProcedures } from './weights-protocol'

const OWN = 'https://hub.example/'
const NEVER = new AbortController().signal

let allowed: AllowedPlaces
let mayAsk: ReturnType<typeof vi.fn<(address: string) => Promise<boolean>>>
let fetcher: WorkerFetcher

beforeEach(() => {
  allowed = new AllowedPlaces([], 'https://site.example', `fetcher-${crypto.randomUUID()}`)
  mayAsk = vi.fn<(address: string) => Promise<boolean>>(() => Promise.resolve(true))
  const procedures: Pick<WeightsProcedures, 'allow' | 'folder'> = {
    allow: (address) => allowed.allow(address),
    folder: async (folder) => {
      await allowed.require(folder)
      return { from: folder }
    },
  }
  const worker = () =>
    workerHere((scope) => {
      serve(procedures, scope)
    })
  fetcher = new WorkerFetcher(worker, (address) => mayAsk(address))
})

describe('a server that is none of the build', () => {
  it('is asked once somebody has allowed it, who is asked only once', async () => {
    expect(await fetcher.folderManifest(OWN, NEVER)).toEqual({ from: OWN })
    expect(await fetcher.folderManifest(OWN, NEVER)).toEqual({ from: OWN })
    expect(mayAsk.mock.calls).toEqual([[OWN]])
  })

  it('is not asked where it was not allowed, and the next time somebody decides again', async () => {
    mayAsk.mockResolvedValue(false)
    for (const times of [1, 2]) {
      await expect(fetcher.folderManifest(OWN, NEVER)).rejects.toMatchObject({
        code: 'place-refused',
        details: { file: 'hub.example' },
      })
      expect(mayAsk).toHaveBeenCalledTimes(times)
    }
  })
})
