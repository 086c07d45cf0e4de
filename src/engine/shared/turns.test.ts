import { describe, expect, it } from 'vitest'
import { Turns } from './turns'

const NEVER = new AbortController().signal

/** A task that ends when it is told to, or gives way. */
function task(
  turns: Turns,
  name: string,
  log: string[],
  options: { urgent?: () => boolean; signal?: AbortSignal } = {},
) {
  let finish: () => void = () => undefined
  const finished = new Promise<void>((resolve) => (finish = resolve))
  const done = turns.take(
    {
      isUrgent: options.urgent ?? (() => true),
      signal: options.signal ?? NEVER,
      onWaiting: (before) => log.push(`${name} waits for ${String(before)}`),
    },
    async (giveWay) => {
      log.push(`${name} begins`)
      await Promise.race([finished, new Promise((resolve) => giveWay.addEventListener('abort', resolve))])
      log.push(`${name} ${giveWay.aborted ? 'gives way' : 'ends'}`)
    },
  )
  return { done, finish }
}

describe('Turns', () => {
  it('come one at a time, in order, and say how many come first', async () => {
    const log: string[] = []
    const turns = new Turns()
    const [a, b, c] = ['a', 'b', 'c'].map((name) => task(turns, name, log))
    a?.finish()
    await a?.done
    b?.finish()
    await b?.done
    c?.finish()
    await c?.done
    expect(log).toEqual([
      'b waits for 1',
      'c waits for 2',
      'a begins',
      'a ends',
      'b waits for 0',
      'c waits for 1',
      'b begins',
      'b ends',
      'c waits for 0',
      'c begins',
      'c ends',
    ])
  })

  it('give way, where nobody looks, to a turn that somebody looks at', async () => {
    const log: string[] = []
    const turns = new Turns()
    const hidden = task(turns, 'hidden', log, { urgent: () => false })
    await Promise.resolve()
    const other = task(turns, 'other', log, { urgent: () => false })
    const seen = task(turns, 'seen', log)
    await hidden.done
    seen.finish()
    await seen.done
    other.finish()
    await other.done
    expect(log.filter((line) => !line.includes('waits'))).toEqual([
      'hidden begins',
      'hidden gives way',
      'seen begins',
      'seen ends',
      'other begins',
      'other ends',
    ])
  })

  it('look again when somebody looks elsewhere', async () => {
    const log: string[] = []
    const turns = new Turns()
    let looksAt = 'a'
    const a = task(turns, 'a', log, { urgent: () => looksAt === 'a' })
    await Promise.resolve()
    const b = task(turns, 'b', log, { urgent: () => looksAt === 'b' })
    turns.review()
    expect(log).toEqual(['a begins', 'b waits for 1'])
    looksAt = 'b'
    turns.review()
    await a.done
    b.finish()
    await b.done
    expect(log.slice(2)).toEqual(['a gives way', 'b waits for 0', 'b begins', 'b ends'])
  })

  it('are given up while they wait, and a failed one lets the next begin', async () => {
    const log: string[] = []
    const turns = new Turns()
    const failing = turns.take({ isUrgent: () => true, signal: NEVER }, () => Promise.reject(new Error('no')))
    const stop = new AbortController()
    const stopped = task(turns, 'stopped', log, { signal: stop.signal })
    const last = task(turns, 'last', log)
    stop.abort(new Error('enough'))
    await expect(stopped.done).rejects.toThrow('enough')
    await expect(failing).rejects.toThrow('no')
    last.finish()
    await last.done
    expect(log.at(-1)).toBe('last ends')
    expect(log).not.toContain('stopped begins')
    await expect(turns.take({ isUrgent: () => true, signal: stop.signal }, () => Promise.resolve())).rejects.toThrow(
      'enough',
    )
  })
})
