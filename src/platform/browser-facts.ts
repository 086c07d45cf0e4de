/** Which browser this is, in its own words; changes with every version. */
export function browserVersion(): string {
  return globalThis.navigator.userAgent
}

/** Main memory of this machine in GiB, a power of two that browsers cap; undefined where it is not told. */
export function deviceMemoryGiB(): number | undefined {
  return (globalThis.navigator as { deviceMemory?: number }).deviceMemory
}
