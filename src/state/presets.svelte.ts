import * as v from 'valibot'
import { offerDownload } from '../platform/files'
import { SettingsStore } from '../platform/settings-store'
import { AppError } from '../shared/errors'
import { parseAs } from '../shared/parse-as'
import { REPLY_SETTINGS, type ReplySettings } from '../shared/reply-settings'
import { KeptItems } from './kept-items.svelte'

/** Settings for a reply under a name. */
export interface Preset {
  readonly name: string
  readonly settings: ReplySettings
}

/** Characters. */
export const LONGEST_NAME = 100

const presetSchema = v.strictObject({
  name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(LONGEST_NAME)),
  // Strict: a misspelt setting in a file would otherwise be lost without notice.
  settings: v.partial(v.strictObject(REPLY_SETTINGS)),
}) as unknown as v.GenericSchema<unknown, Preset>

/** A file of presets, version 1. */
const fileSchema = v.strictObject({
  format: v.literal('thinktab-presets'),
  version: v.literal(1),
  presets: v.pipe(v.array(presetSchema), v.maxLength(1000)),
})

/** Presets of this browser. */
export class Presets extends KeptItems<Preset> {
  constructor(store: SettingsStore) {
    super(store, 'preset-', presetSchema)
  }

  /** Offers all of them as a file. */
  save(): void {
    const file = { format: 'thinktab-presets', version: 1, presets: this.items.map(({ value }) => value) }
    const text = `${JSON.stringify(file, null, 2)}\n`
    offerDownload(new Blob([text], { type: 'application/json' }), 'thinktab-presets.json')
  }

  /**
   * Adds the presets of a file: one that is here already is left out, another one of the same name gets a number.
   *
   * @returns how many were added
   * @throws {AppError} `presets-invalid`, naming the first field that is wrong; then nothing was added
   */
  async load(file: Blob): Promise<number> {
    const { presets } = parseAs(fileSchema, json(await file.text()), refuse)
    const isHere = (preset: Preset) =>
      this.items.some(({ value }) => value.name === preset.name && same(value.settings, preset.settings))
    const news = presets.filter((preset) => !isHere(preset))
    for (const preset of news) this.add({ ...preset, name: this.freeName(preset.name) })
    return news.length
  }
}

/** Not built by app/compose.ts, because it is loaded with the first form of settings, and no sooner. */
export const presets = new Presets(new SettingsStore())

const refuse = (field = 'presets', problem: string): AppError =>
  new AppError('presets-invalid', `The file of presets is wrong at ${field}: ${problem}`, {
    retry: 'never',
    details: { field, problem },
  })

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw refuse('JSON', String(error))
  }
}

const same = (a: ReplySettings, b: ReplySettings) => {
  const sorted = (settings: ReplySettings) => JSON.stringify(Object.entries(settings).toSorted())
  return sorted(a) === sorted(b)
}
