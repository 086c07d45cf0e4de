import { describe, expect, it } from 'vitest'
import { fallbackOf, withContext } from './fallback'
import type { Build, ModelManifest } from './manifest'
import type { RunPlan } from './run-plan'

const build = (engine: Build['engine']) => ({ engine, artifacts: [] }) as unknown as Build

function plan(contextWindow: number, ...engines: Build['engine'][]): RunPlan {
  const builds = engines.map(build)
  const model = { id: 'm', contextWindow, historyTokens: contextWindow / 2, builds } as unknown as ModelManifest
  return { model, build: builds[0] ?? build('webgpu'), reason: 'gpu' }
}

/** The steps until there is no other, with the plans that they lead to. */
function steps(asked: RunPlan, tokens = 10): string[] {
  const found: string[] = []
  for (let now = asked; found.length < 9;) {
    const fallback = fallbackOf(now, asked, tokens)
    if (!fallback) break
    now = fallback.restrict(asked)
    found.push(`${fallback.step}: ${now.build.engine} ${String(now.model.contextWindow)} ${now.reason}`)
  }
  return found
}

describe('fallbackOf', () => {
  it('halves the context window, then takes the processor, then halves it there', () => {
    expect(steps(plan(4096, 'webgpu', 'processor'))).toEqual([
      'smaller-context: webgpu 2048 gpu',
      'processor: processor 4096 device-lost',
      'smaller-context: processor 2048 device-lost',
    ])
  })

  it('has nothing else for a model of one build whose window is halved', () => {
    expect(steps(plan(4096, 'webgpu'))).toEqual(['smaller-context: webgpu 2048 gpu'])
    expect(steps(plan(4096, 'processor'))).toEqual(['smaller-context: processor 2048 gpu'])
  })

  it('leaves a window that is small, or that the reply needs', () => {
    expect(steps(plan(1024, 'webgpu', 'processor'))).toEqual(['processor: processor 1024 device-lost'])
    expect(steps(plan(4096, 'webgpu'), 2049)).toEqual([])
    expect(steps(plan(4096, 'webgpu'), 2048)).toHaveLength(1)
  })
})

describe('withContext', () => {
  it('keeps the share of earlier turns', () => {
    expect(withContext(plan(4096).model, 1000)).toMatchObject({ contextWindow: 1000, historyTokens: 500 })
  })
})
