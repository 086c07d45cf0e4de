import type { Component } from 'svelte'
import type { Settings } from '../state/settings.svelte'
import type { Format } from './format'

/** The properties of every page except the chat. */
export interface PageProps {
  readonly settings: Settings
  readonly format: Format
  /** The address at which the chat was left. */
  readonly back: string
  /** The part of the page that the address names. */
  readonly section: string | undefined
  /** What the address has behind a question mark. */
  readonly query: string | undefined
}

/** A loaded page, with its properties beside PageProps. */
export interface LoadedPage {
  readonly component: Component<Record<string, unknown>>
  readonly own: object
}

/** A note below a link of the sidebar, with its properties. */
export interface LoadedNote {
  readonly component: Component<Record<string, unknown>>
  readonly own: object
}

/** The texts for a page in the sidebar and the header. */
export interface PageEntry {
  /** Its address is `#/` and this. */
  readonly name: string
  readonly title: () => string
  readonly icon: Component<{ size?: number; strokeWidth?: number }>
  /** Set if the sidebar has another link to it. */
  readonly unlisted?: true
  /** The note about it in the sidebar, below its link. */
  readonly note?: () => Promise<LoadedNote>
  /** Fetches the page; the first paint does not wait for it. */
  readonly load: () => Promise<LoadedPage>
}

/** A component for the sidebar and its props. */
export function loadedNote<Own extends object>(component: Component<Own>, own: Own): LoadedNote {
  return { component: component as unknown as LoadedNote['component'], own }
}

/** A component and its own props. */
export function loaded<Own extends object>(component: Component<Own & PageProps>, own: Own): LoadedPage {
  return { component: component as unknown as LoadedPage['component'], own }
}
