import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { finishPart, preparePart, runParts, type Plan } from './run-parts.mjs'
import { FLAKY_TESTS } from './tools.mjs'

const say = (text: string, code = 0) => [
  process.execPath,
  '-e',
  `console.log(${JSON.stringify(text)});process.exit(${String(code)})`,
]
const outcome = async (plan: Plan, done = new Set<string>()) =>
  finishPart(await preparePart(() => plan, done, false), false)

describe('a part', () => {
  it('passes without a word, and shows what a failing command says', async () => {
    expect(await outcome({ commands: [say('fine')] })).toEqual({ result: 'passed', output: '' })
    expect(await outcome({ commands: [say('fine'), say('wrong', 1)] })).toEqual({ result: 'failed', output: 'wrong\n' })
  })

  it('fails where a command ran nothing, whatever its colours', async () => {
    const ran = /[1-9]\d* passed/
    expect(await outcome({ commands: [say('\u001b[32m3\u001b[39m passed')], ran })).toMatchObject({ result: 'passed' })
    const nothing = await outcome({ commands: [say('3 passed'), say('0 passed')], ran })
    expect(nothing).toEqual({ result: 'failed', note: 'it ran nothing', output: '0 passed\n' })
  })

  it('says where there is nothing to do', async () => {
    expect(await outcome({ commands: [say('none')], ran: /passed/, idle: /none/ })).toMatchObject({
      result: 'skipped',
      note: 'nothing to do',
    })
  })

  it('runs every command, though one has failed', async () => {
    const both = await outcome({ commands: [say('wrong', 1), say('fine'), say('bad', 1)] })
    expect(both).toEqual({ result: 'failed', output: 'wrong\nbad\n' })
  })

  it('shows what is to be told of a part that passes', async () => {
    const said = '  1 flaky\n    [webgpu] › chats\n  43 passed'
    expect(await outcome({ commands: [say(said)], told: FLAKY_TESTS })).toEqual({
      result: 'passed',
      output: '  1 flaky\n    [webgpu] › chats\n',
    })
  })

  it('prepares once, but again where that failed', async () => {
    const done = new Set<string>()
    const fine = say('fine')
    await outcome({ prepare: [fine, say('wrong', 1)], commands: [] }, done)
    expect([...done]).toEqual([fine.join('\0')])
  })

  it('fails with the sentence of what is in the way, and skips with a reason', async () => {
    expect(await outcome({ problem: 'no browser' })).toEqual({ result: 'failed', output: 'no browser\n' })
    expect(await outcome({ skip: 'no browser' })).toMatchObject({ result: 'skipped', note: 'no browser' })
    const missing = await outcome({ commands: [['/no/such/program']] })
    expect(missing.result).toBe('failed')
    expect(missing.output).toContain('ENOENT')
  })
})

/** What `runParts` prints. */
async function linesOf(lanes: Parameters<typeof runParts>[0], verbose = false): Promise<string[]> {
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => lines.push(line))
  try {
    await runParts(lanes, verbose)
  } finally {
    log.mockRestore()
  }
  return lines
}

const node = (script: string) => [process.execPath, '-e', `const fs = require('node:fs'); ${script}`]
const create = (file: string) => `fs.writeFileSync(${JSON.stringify(file)}, '')`
/** Ends when the file is there. */
const after = (file: string) =>
  `const wait = () => fs.existsSync(${JSON.stringify(file)}) || setTimeout(wait, 10); wait()`

describe('runParts', () => {
  it('prepares all parts, then runs lanes beside each other and the parts of a lane one after the other', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'thinktab-parts-'))
    const [prepared, begun] = [join(folder, 'prepared'), join(folder, 'begun')]
    const need = (file: string) => `process.exitCode = fs.existsSync(${JSON.stringify(file)}) ? 0 : 1`
    let lines: string[]
    try {
      lines = await linesOf([
        { waits: () => ({ commands: [node(need(prepared)), node(after(begun))] }), next: () => ({ commands: [] }) },
        { begins: () => ({ prepare: [node(create(prepared))], commands: [node(create(begun))] }) },
      ])
    } finally {
      await rm(folder, { recursive: true })
    }
    // Which of `begins` and `waits` ends first is chance.
    expect(lines.filter((line) => !line.startsWith('begins'))).toEqual([
      expect.stringMatching(/^waits +passed {2}[\d.]+ s$/),
      expect.stringMatching(/^next +passed {2}[\d.]+ s$/),
      expect.stringMatching(/^3 passed, 0 failed, 0 skipped {2}[\d.]+ s$/),
    ])
    expect(lines).toContainEqual(expect.stringMatching(/^begins +passed {2}[\d.]+ s$/))
  })

  it('lets a lane that has ended take the last parts of the one behind it, unless they are shown as they come', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'thinktab-parts-'))
    const taken = join(folder, 'taken')
    try {
      const lanes = [
        { short: () => ({ commands: [say('fine')] }) },
        {
          // It never ends if `last` waits for its turn in this lane. Which of the two ends first is chance.
          waits: () => ({ commands: [node(after(taken))] }),
          last: () => ({ commands: [node(create(taken))] }),
        },
      ]
      const [first, ...rest] = (await linesOf(lanes)).map((line) => line.split(' ')[0])
      expect(first).toBe('short')
      expect(rest.sort()).toEqual(['3', 'last', 'waits'])
      const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
      const shown = await linesOf(lanes, true)
      write.mockRestore()
      expect(shown.map((line) => line.split(' ')[0])).toEqual(['short', 'waits', 'last', '3'])
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
