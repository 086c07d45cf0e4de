/** The browser's description of itself; it changes with every version. */
export function browserVersion(): string {
  return globalThis.navigator.userAgent
}

/** Whether this is one of Apple's systems, whose keyboards have ⌘ in the place of Ctrl. */
export function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(browserVersion())
}

/** The languages that the person prefers, as BCP 47 tags, the best first; none outside a browser. */
export function preferredLanguages(): readonly string[] {
  return (globalThis.navigator as Partial<Navigator> | undefined)?.languages ?? []
}

/**
 * Main memory of this machine in GiB, a power of two that browsers cap; undefined if it is not given, or outside a
 * browser.
 */
export function deviceMemoryGiB(): number | undefined {
  return (globalThis.navigator as { deviceMemory?: number } | undefined)?.deviceMemory
}

/** Logical processors of this machine, and whether threads of this page may share memory. */
export function threadFacts(): { readonly isolated: boolean; readonly processors: number } {
  const { crossOriginIsolated, navigator } = globalThis
  return { isolated: crossOriginIsolated, processors: navigator.hardwareConcurrency }
}
