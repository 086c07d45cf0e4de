import { expect, it, vi } from 'vitest'
import { Site } from '../page.fixture'
import { TabFuzz } from './tab-fuzz.fixture'

/** As many as `npm run fuzz` asks for. */
const RUNS = Number(import.meta.env.VITE_FUZZ_RUNS ?? 40)

it(`loses nothing, and every tab shows what is stored, after random actions in two to five tabs (${String(RUNS)} runs)`, async () => {
  vi.stubGlobal('fetch', new Site().fetch)
  const failed: unknown[] = []
  for (let seed = 1; seed <= RUNS; seed += 1) await TabFuzz.run(seed).catch((error: unknown) => failed.push(error))
  expect(failed).toEqual([])
}, 1_800_000)
