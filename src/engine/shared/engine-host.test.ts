import { describe, expect, it, vi } from 'vitest'
import type { RunPlan } from '../../models/run-plan'
import type { Call } from '../../platform/rpc'
import type { ErrorRecord } from '../../shared/errors'
import type { GenerationStep, LoadProgress } from '../engine'
import { ScriptedEngine } from '../scripted/scripted-engine'
import { asking, QUESTION } from '../steering.fixture'
import { EngineHost } from './engine-host'

const { thought: _, ...PLAIN } = asking(QUESTION)
const plan = (id: string) =>
  ({ model: { id, contextWindow: 4096 }, build: { engine: 'webgpu', artifacts: [] } }) as unknown as RunPlan
const NEVER = new Promise<void>(() => undefined)

function call<P>(report: (progress: P) => void = () => undefined, signal = new AbortController().signal): Call<P> {
  return { signal, report, transfer: [] }
}

async function open(gone = NEVER, engine = new ScriptedEngine(), host = new EngineHost(engine)) {
  const tab = host.connect(gone)
  await tab.load({ plan: plan('nano'), files: [] }, call<LoadProgress>())
  return { engine, host, tab }
}

/** A reply, and what was reported of it. */
function write(tab: Awaited<ReturnType<typeof open>>['tab'], signal?: AbortSignal) {
  const seen: GenerationStep[] = []
  const end = tab.generate(
    PLAIN,
    call<GenerationStep>((step) => seen.push(step), signal),
  )
  end.catch(() => undefined)
  return { seen, end }
}

const hasText = (seen: readonly GenerationStep[]) =>
  vi.waitFor(() => {
    expect(seen.some(({ type }) => type === 'delta')).toBe(true)
  })

describe('EngineHost', () => {
  it('lets the reply of a hidden tab give way to a visible one', async () => {
    const { engine, host, tab: hidden } = await open()
    const { tab: seen } = await open(NEVER, engine, host)
    await hidden.visible(false)
    engine.replies.push(['so far', new Promise(() => undefined)], ['first'], ['the rest'])
    const background = write(hidden)
    await hasText(background.seen)
    const front = write(seen)
    await expect(background.end).rejects.toMatchObject({ code: 'engine-moved' })
    expect(await front.end).toMatchObject({ reason: 'stop' })
    expect(await write(hidden).end).toMatchObject({ reason: 'stop' })
    expect(engine.loads).toBe(1)
  })

  it('lets a reply that nobody waits for give way to one of the same tab', async () => {
    const { engine, tab } = await open()
    engine.replies.push(['so far', new Promise(() => undefined)], ['first'])
    const seen: GenerationStep[] = []
    const behind = tab.generate(
      { ...PLAIN, background: true },
      call<GenerationStep>((step) => seen.push(step)),
    )
    behind.catch(() => undefined)
    await hasText(seen)
    expect(await write(tab).end).toMatchObject({ reason: 'stop' })
    await expect(behind).rejects.toMatchObject({ code: 'engine-moved' })
  })

  it('lets it give way when the other tab is shown, too', async () => {
    const { engine, host, tab: one } = await open()
    const { tab: other } = await open(NEVER, engine, host)
    await other.visible(false)
    engine.replies.push(['so far', new Promise(() => undefined)], ['next'])
    const reply = write(one)
    await hasText(reply.seen)
    const waiting = write(other)
    await one.visible(false)
    await other.visible(true)
    await expect(reply.end).rejects.toMatchObject({ code: 'engine-moved' })
    expect(await waiting.end).toMatchObject({ reason: 'stop' })
  })

  it('ends the reply of a tab that is gone, and frees the model of the last one', async () => {
    let leave: () => void = () => undefined
    const gone = new Promise<void>((resolve) => (leave = resolve))
    const { engine, host, tab } = await open(gone)
    const { tab: other } = await open(NEVER, engine, host)
    engine.replies.push(['so far', new Promise(() => undefined)], ['other'])
    const reply = write(tab)
    await hasText(reply.seen)
    const waiting = write(other)
    leave()
    expect(await reply.end).toMatchObject({ reason: 'abort' })
    expect(await waiting.end).toMatchObject({ reason: 'stop' })
    const unload = vi.spyOn(engine, 'unload')
    await other.unload(undefined)
    expect(unload).toHaveBeenCalledOnce()
  })

  it('loads the model of a reply again where another one is in its place, and tells only the tab that lost it', async () => {
    const { engine, host, tab } = await open()
    const { tab: other } = await open(NEVER, engine, host)
    const told: [string, ErrorRecord['code']][] = []
    void tab.watch(
      undefined,
      call<ErrorRecord>(({ code }) => told.push(['tab', code])),
    )
    void other.watch(
      undefined,
      call<ErrorRecord>(({ code }) => told.push(['other', code])),
    )
    await other.load({ plan: plan('big'), files: [] }, call<LoadProgress>())
    expect(told).toEqual([['tab', 'engine-moved']])
    await expect(tab.measure({ prompt: PLAIN.prompt, historyTokens: 0 })).rejects.toMatchObject({
      code: 'engine-moved',
    })
    engine.replies.push(['x'])
    expect(await write(tab).end).toMatchObject({ reason: 'stop' })
    expect(engine.loads).toBe(3)
    expect(told).toEqual([
      ['tab', 'engine-moved'],
      ['other', 'engine-moved'],
    ])
  })

  it('refuses a reply of a tab that has no model', async () => {
    const host = new EngineHost(new ScriptedEngine())
    await expect(write(host.connect(NEVER)).end).rejects.toMatchObject({ code: 'generation-failed' })
  })

  it('reports a load to every tab that waits for it', async () => {
    const engine = new ScriptedEngine()
    const host = new EngineHost(engine)
    const [a, b] = [host.connect(NEVER), host.connect(NEVER)]
    const file = {
      path: 'x',
      bytes: 1,
      sha256: '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
      role: 'gguf',
    }
    const withFile = { ...plan('nano'), build: { engine: 'processor', artifacts: [file] } } as unknown as RunPlan
    const request = { plan: withFile, files: [['x', new Blob(['x'])]] } as const
    const reports: string[] = []
    const load = (tab: typeof a, name: string) =>
      tab.load(
        request,
        call<LoadProgress>(({ phase }) => reports.push(`${name} ${phase}`)),
      )
    expect(await Promise.all([load(a, 'a'), load(b, 'b')])).toMatchObject([{ id: 'nano' }, { id: 'nano' }])
    expect(reports).toEqual(['a upload', 'b upload'])
    expect(engine.loads).toBe(1)
  })
})
