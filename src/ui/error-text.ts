import { getLocale, m } from '../i18n'
import type { ErrorCode, ErrorRecord } from '../shared/errors'
import { Format } from './format'

interface Details {
  readonly file: string
  readonly field: string
  readonly limit: string
  readonly contextWindow: string
  readonly status: string
  readonly needed: string
  readonly missing: string
}

type Text = (details: Details) => string

const TEXTS: Readonly<Record<ErrorCode, Text>> = {
  'artifact-damaged': m.error_artifact_damaged,
  'artifact-missing': m.error_artifact_missing,
  'device-lost': () => m.error_device_lost(),
  'engine-crashed': () => m.error_engine_crashed(),
  'engine-silent': () => m.error_engine_silent(),
  'generation-failed': () => m.error_generation_failed(),
  'insecure-context': () => m.error_insecure_context(),
  'load-failed': () => m.error_load_failed(),
  'manifest-invalid': m.error_manifest_invalid,
  network: m.error_network,
  'no-adapter': () => m.error_no_adapter(),
  'no-webgpu': () => m.error_no_webgpu(),
  'adapter-too-small': m.error_adapter_too_small,
  'page-incomplete': () => m.error_unexpected(),
  'prompt-too-long': m.error_prompt_too_long,
  'script-url-foreign': () => m.error_unexpected(),
  'server-busy': m.error_server_busy,
  'storage-full': () => m.error_storage_full(),
  'storage-short': m.error_storage_short,
  'storage-unavailable': () => m.error_storage_unavailable(),
  unexpected: () => m.error_unexpected(),
}

/** What happened, what was kept and what to do, in the person's language. */
export function errorText({ code, details }: Pick<ErrorRecord, 'code' | 'details'>): string {
  const detail = (name: string) => String(details[name] ?? '')
  const size = (name: string) => new Format(getLocale()).bytes(Number(details[name] ?? 0))
  return TEXTS[code]({
    file: detail('file'),
    field: detail('field'),
    limit: detail('limit'),
    contextWindow: detail('contextWindow'),
    status: detail('status'),
    needed: size('neededBytes'),
    missing: size('missingBytes'),
  })
}
