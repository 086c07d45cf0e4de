import * as v from 'valibot'
import { SettingsStore } from '../platform/settings-store'
import { KeptItems } from './kept-items.svelte'

/** A prompt that a person wrote, with variables in double braces. */
export interface OwnPrompt {
  readonly name: string
  readonly text: string
}

/** Characters. */
export const LONGEST_PROMPT_NAME = 100
export const LONGEST_PROMPT = 20_000

const promptSchema: v.GenericSchema<unknown, OwnPrompt> = v.object({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_PROMPT_NAME)),
  text: v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_PROMPT)),
})

/** Not built by app/compose.ts, because they are loaded when a person wants to see them, and no sooner. */
export const prompts = new KeptItems(new SettingsStore(), 'prompt-', promptSchema)
