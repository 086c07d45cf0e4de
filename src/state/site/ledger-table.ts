import * as v from 'valibot'
import type { LedgerLine, RequestPurpose } from '../../platform/ledger-store'

const PURPOSES = [
  'page',
  'offline',
  'version',
  'hub',
  'weights',
  'unknown',
] as const satisfies readonly RequestPurpose[]
const amount = v.pipe(v.number(), v.minValue(0))
const lineSchema = v.object({
  at: v.pipe(v.number(), v.maxValue(8.64e15)),
  address: v.pipe(
    v.string(),
    v.check((text) => URL.canParse(text)),
  ),
  purpose: v.fallback(v.picklist(PURPOSES), 'unknown'),
  bytesIn: v.exactOptional(amount),
  bytesOut: amount,
  status: v.exactOptional(amount),
})

/** The lines that can be read: a foreign script may have written others, and must not hide these with them. */
export const readable = (stored: readonly unknown[]): LedgerLine[] =>
  stored.flatMap((line) => {
    const result = v.safeParse(lineSchema, line)
    return result.success ? [result.output] : []
  })

/** What went to and came from one host. */
export interface HostTotal {
  readonly host: string
  readonly requests: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** Set where there are requests that no code of this site makes. */
  readonly isUnexpected: boolean
}

/** By host, that with most bytes first. */
export function totals(lines: readonly LedgerLine[]): HostTotal[] {
  const found = new Map<string, HostTotal>()
  for (const { address, bytesIn = 0, bytesOut, purpose } of lines) {
    const { host } = new URL(address)
    const before = found.get(host) ?? { host, requests: 0, bytesIn: 0, bytesOut: 0, isUnexpected: false }
    found.set(host, {
      host,
      requests: before.requests + 1,
      bytesIn: before.bytesIn + bytesIn,
      bytesOut: before.bytesOut + bytesOut,
      isUnexpected: before.isUnexpected || purpose === 'unknown',
    })
  }
  return [...found.values()].sort((a, b) => b.bytesIn - a.bytesIn)
}

/** A table as RFC 4180 has it, with a row for the names of its columns. Unknown numbers are empty. */
export function toCsv(lines: readonly LedgerLine[]): string {
  const rows = lines.map(({ at, address, purpose, bytesIn = '', bytesOut, status = '' }) =>
    [new Date(at).toISOString(), new URL(address).host, address, purpose, bytesIn, bytesOut, status]
      .map((cell) => `"${String(cell).replaceAll('"', '""')}"`)
      .join(','),
  )
  return ['time,host,address,purpose,bytes_in,bytes_out,status', ...rows, ''].join('\r\n')
}
