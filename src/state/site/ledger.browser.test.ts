import { beforeEach, expect, it } from 'vitest'
import { addLines, clearLedger, dropOldLines, readLedger, type LedgerLine } from '../../platform/ledger-store'
import { readable, toCsv } from './ledger-table'
import { Ledger } from './ledger.svelte'

const line = (at: number, address = 'https://site.example/a.js', more: Partial<LedgerLine> = {}): LedgerLine => ({
  at,
  address,
  purpose: 'page',
  bytesIn: 100,
  bytesOut: address.length,
  status: 200,
  ...more,
})

beforeEach(clearLedger)

it('has the lines of all contexts in the order of their time, and a sum for each host', async () => {
  await addLines([line(3), line(1)])
  await addLines([
    line(2, 'https://hub.example/x', { bytesIn: 500 }),
    line(2, 'https://evil.example/y', { purpose: 'unknown' }),
  ])
  const ledger = new Ledger()
  const end = new AbortController()
  await ledger.follow(end.signal)
  expect(ledger.lines?.map(({ at }) => at)).toEqual([3, 2, 2, 1])
  expect(
    ledger.hosts.map(({ host, requests, bytesIn, isUnexpected }) => [host, requests, bytesIn, isUnexpected]),
  ).toEqual([
    ['hub.example', 1, 500, false],
    ['site.example', 2, 200, false],
    ['evil.example', 1, 100, true],
  ])
  await addLines([line(4)])
  await expect.poll(() => ledger.lines?.length).toBe(5)
  await ledger.clear()
  expect(ledger.lines).toEqual([])
  end.abort()
})

it('deletes the oldest lines where there are too many, and says up to when', async () => {
  await addLines(Array.from({ length: 25 }, (_, at) => line(at)))
  await dropOldLines(20)
  const { lines, droppedUntil } = await readLedger()
  expect([lines.length, readable(lines)[0]?.at, droppedUntil]).toEqual([18, 7, 6])
  await dropOldLines(20)
  expect((await readLedger()).lines).toHaveLength(18)
})

it('is a table that any program reads, whatever an address holds', () => {
  const told = line(0, 'https://hub.example/a,"b"', { bytesIn: 7 })
  const { bytesIn: _, ...untold } = told
  expect(toCsv([told, untold]).split('\r\n').slice(1)).toEqual([
    '"1970-01-01T00:00:00.000Z","hub.example","https://hub.example/a,""b""","page","7","25","200"',
    '"1970-01-01T00:00:00.000Z","hub.example","https://hub.example/a,""b""","page","","25","200"',
    '',
  ])
})

it('reads what is a line, whatever else a script has written', () => {
  const good = line(1)
  const bad = [null, 7, { ...good, address: '=cmd()' }, { ...good, bytesOut: '<b>' }, { ...good, at: Infinity }]
  expect(readable([...bad, good, { ...good, purpose: '<b>' }])).toEqual([good, { ...good, purpose: 'unknown' }])
})
