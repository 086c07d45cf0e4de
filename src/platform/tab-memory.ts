/** What this tab keeps over a reload, and no other tab sees. A tab that is duplicated begins with a copy. */
export const tabMemory = {
  get(name: string): string | undefined {
    try {
      return sessionStorage.getItem(name) ?? undefined
    } catch {
      return undefined // storage is refused
    }
  },
  set(name: string, value: string): void {
    try {
      sessionStorage.setItem(name, value)
    } catch {
      // It lasts as long as the page, which does not ask for it again.
    }
  },
}
