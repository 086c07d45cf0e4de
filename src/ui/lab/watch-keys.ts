import type { Watch } from '../../state/lab/lab-watch.svelte'

/** What keys do to a watched reply, beside closing it. @returns whether the key does anything */
export function watchKey(watch: Watch, key: string, look: { present: () => void; theme: () => void }): boolean {
  const does: Readonly<Record<string, () => void>> = {
    ' ': () => {
      watch.toggle()
    },
    ArrowRight: () => {
      step(watch, 1)
    },
    ArrowLeft: () => {
      step(watch, -1)
    },
    PageDown: () => {
      watch.jump(1)
    },
    PageUp: () => {
      watch.jump(-1)
    },
    ']': () => {
      watch.jump(1)
    },
    '[': () => {
      watch.jump(-1)
    },
    ArrowUp: () => {
      watch.pace(1)
    },
    ArrowDown: () => {
      watch.pace(-1)
    },
    Home: () => {
      watch.show(0)
    },
    End: () => {
      watch.show(watch.tokens.length)
    },
    p: look.present,
    d: look.theme,
  }
  const action = does[key.length === 1 ? key.toLowerCase() : key]
  action?.()
  return action !== undefined
}

/** A step by hand pauses. */
export function step(watch: Watch, by: 1 | -1): void {
  watch.isPlaying = false
  watch.show(watch.at + by)
}
