import type { LedgerLine } from '../platform/ledger-store'

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
