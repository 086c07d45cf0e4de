/** A hub: its address (absolute URL with a slash at its end) and its kind of layout, which layouts.ts knows. */
export interface HubAddress {
  readonly url: string
  readonly layout: 'huggingface' | 'modelscope'
}

/** Hubs that everybody has, in the order in which they are asked; others with Hugging Face's layout can be entered by hand. */
export const KNOWN_HUBS: readonly HubAddress[] = [
  { url: 'https://huggingface.co/', layout: 'huggingface' },
  { url: 'https://hf-mirror.com/', layout: 'huggingface' },
  { url: 'https://modelscope.cn/', layout: 'modelscope' },
]

/** The address of a hub as it is kept, absolute and with a slash at its end; undefined where a text is none. */
export function hubUrl(text: string): string | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined
  const { origin, pathname } = new URL(text)
  return pathname.endsWith('/') ? origin + pathname : `${origin}${pathname}/`
}
