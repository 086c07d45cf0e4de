import { describe, expect, it } from 'vitest'
import type { Candidates } from '../sampler'
import { TokenSequence } from '../token-sequence'
import { LlamaModel, type TokenLevel } from './llama-model'

/** Records the calls to wllama in short, over a KV cache that holds the tokens fed to it. */
function record() {
  const calls: string[] = []
  let cache: number[] = []
  const wllama: TokenLevel = {
    kvClear: () => {
      calls.push('clear')
      cache = []
      return Promise.resolve()
    },
    kvRemove: (keep, discard) => {
      calls.push(`remove ${keep} ${discard}`)
      cache = cache.slice(0, keep)
      return Promise.resolve()
    },
    decode: (tokens) => {
      calls.push(`decode ${tokens.join(',')}`)
      cache.push(...tokens)
      return Promise.resolve({ nPast: cache.length })
    },
    samplingInit: (config) => {
      calls.push(`sampling ${config.temp} ${config.top_p}`)
      return Promise.resolve()
    },
    samplingSample: () => Promise.resolve({ token: cache.length, piece: new Uint8Array() }),
    getLogits: (most) => {
      calls.push(`logits ${most}`)
      return Promise.resolve([
        { token: 5, p: 0.75 },
        { token: 8, p: 0.25 },
      ])
    },
  }
  return { calls, sequence: new TokenSequence(new LlamaModel(wllama, 1000)) }
}

const GREEDY = { temperature: 0, topP: 1 }

describe('LlamaModel', () => {
  it('rewinds to what is wanted and feeds the rest', async () => {
    const { calls, sequence } = record()
    await sequence.replace([1, 2, 3], GREEDY)
    await sequence.append([4], GREEDY)
    await sequence.replace([1, 2, 9], GREEDY)
    await sequence.replace([7], GREEDY)
    expect(calls).toEqual([
      'clear',
      'sampling 0 1',
      'decode 1,2,3',
      'decode 4',
      'remove 2 -1',
      'decode 9',
      'clear',
      'decode 7',
    ])
  })

  it('begins a sampler only where another one is wanted', async () => {
    const { calls, sequence } = record()
    const warm = { temperature: 0.6, topP: 0.95 }
    await sequence.replace([1], warm)
    await sequence.replace([1], { ...warm })
    await sequence.replace([1], GREEDY)
    expect(calls.filter((call) => call.startsWith('sampling'))).toEqual(['sampling 0.6 0.95', 'sampling 0 1'])
  })

  it('shows a sampler that chooses what is likely', async () => {
    const { calls, sequence } = record()
    const shown: unknown[] = []
    const choose = ({ ids, logits }: Candidates) => {
      shown.push(ids, logits)
      return 8
    }
    expect(await sequence.replace([1], { ...GREEDY, choose })).toMatchObject({ token: 8 })
    expect(shown).toEqual([
      [5, 8],
      [Math.log(0.75), Math.log(0.25)],
    ])
    expect(calls).toEqual(['clear', 'decode 1', 'logits 1000'])
  })
})
