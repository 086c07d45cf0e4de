import type { Component } from 'svelte'
import type { Settings } from '../state/settings.svelte'
import type { Format } from './format'

/** What every page but the chat is given. */
export interface PageProps {
  readonly settings: Settings
  readonly format: Format
  /** Where the chat was left. */
  readonly back: string
  /** The part of the page that the address names. */
  readonly section: string | undefined
}

/** A page that is here, with what it is given beside PageProps. */
export interface LoadedPage {
  readonly component: Component<Record<string, unknown>>
  readonly own: object
}

/** What stands below a link of the sidebar, with what it is given. */
export interface LoadedNote {
  readonly component: Component<Record<string, unknown>>
  readonly own: object
}

/** What the sidebar and the header show of a page. */
export interface PageEntry {
  /** Its address is `#/` and this. */
  readonly name: string
  readonly title: () => string
  readonly icon: Component<{ size?: number; strokeWidth?: number }>
  /** Set where the sidebar has another way to it. */
  readonly unlisted?: true
  /** What the sidebar says about it, below its link. */
  readonly note?: () => Promise<LoadedNote>
  /** Fetches the page, which is no part of what the first paint waits for. */
  readonly load: () => Promise<LoadedPage>
}

/** A component for the sidebar and its props. */
export function loadedNote<Own extends object>(component: Component<Own>, own: Own): LoadedNote {
  return { component: component as unknown as LoadedNote['component'], own }
}

/** A component and the props that it alone is given. */
export function loaded<Own extends object>(component: Component<Own & PageProps>, own: Own): LoadedPage {
  return { component: component as unknown as LoadedPage['component'], own }
}
