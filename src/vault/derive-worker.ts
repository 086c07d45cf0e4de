/** The worker that makes keys of passphrases, so that the page does not stand still meanwhile. It has no network. */
import { forbidNetwork } from '../engine/no-network'
import { serve } from '../platform/rpc'
import { costFor, derive, LEAST } from './argon2'
import type { DeriveProcedures } from './derive-protocol'

forbidNetwork(globalThis)
serve<DeriveProcedures>({
  derive: async ({ passphrase, salt, cost }) => await derive(passphrase, salt, cost),
  measure: async (ms) => {
    const salt = new Uint8Array(16)
    await derive('-', salt, LEAST) // the first one compiles
    const start = performance.now()
    await derive('-', salt, LEAST)
    return costFor(ms, performance.now() - start)
  },
})
