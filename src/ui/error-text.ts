import { getLocale, m } from '../i18n'
import type { ErrorCode, ErrorRecord } from '../shared/errors'
import type { RepositoryProblem } from '../shared/repository-problem'
import { Format } from './format'

interface Details {
  readonly file: string
  readonly field: string
  readonly limit: string
  readonly contextWindow: string
  readonly tokens: string
  readonly status: string
  readonly needed: string
  readonly missing: string
  readonly model: string
  readonly repository: string
  readonly problem: string
  readonly what: string
  readonly reason: string
}

const PROBLEMS: Readonly<Record<RepositoryProblem, (inputs: { what: string }) => string>> &
  Partial<Record<string, (inputs: { what: string }) => string>> = {
  'file-missing': m.problem_file_missing,
  'file-unreadable': m.problem_file_unreadable,
  'file-too-large': m.problem_file_too_large,
  'length-differs': m.problem_length_differs,
  'no-kernels': m.problem_no_kernels,
  'no-template-token': m.problem_no_template_token,
}

type Text = (details: Details) => string

const TEXTS: Readonly<Record<ErrorCode, Text>> = {
  'air-gap-impossible': () => m.error_air_gap_impossible(),
  'air-gap-leaks': () => m.error_air_gap_leaks(),
  'air-gapped': () => m.error_air_gapped(),
  'address-refused': m.error_address_refused,
  'artifact-damaged': m.error_artifact_damaged,
  'artifact-missing': m.error_artifact_missing,
  'backup-failed': () => m.error_backup_failed(),
  'budget-spent': () => m.error_budget_spent(),
  'computes-wrongly': m.error_computes_wrongly,
  'device-lost': () => m.error_device_lost(),
  'engine-crashed': () => m.error_engine_crashed(),
  'engine-moved': () => m.error_engine_moved(),
  'engine-silent': () => m.error_engine_silent(),
  'fetcher-crashed': () => m.error_fetcher_crashed(),
  'gguf-unusable': m.error_gguf_unusable,
  'generation-failed': () => m.error_generation_failed(),
  'import-incomplete': m.error_import_incomplete,
  'insecure-context': () => m.error_insecure_context(),
  'link-damaged': () => m.error_link_damaged(),
  'load-ended-page': m.error_load_ended_page,
  'load-failed': () => m.error_load_failed(),
  'manifest-invalid': m.error_manifest_invalid,
  'model-deleted': m.error_model_deleted,
  'model-incomplete': m.error_model_incomplete,
  network: m.error_network,
  'no-adapter': () => m.error_no_adapter(),
  'no-webgpu': () => m.error_no_webgpu(),
  'adapter-too-small': m.error_adapter_too_small,
  'passphrase-wrong': () => m.error_passphrase_wrong(),
  'page-incomplete': () => m.error_unexpected(),
  'place-refused': m.error_place_refused,
  'place-unconfirmed': m.error_place_refused,
  'presets-invalid': m.error_presets_invalid,
  'prompt-too-long': m.error_prompt_too_long,
  'reply-too-long': m.error_reply_too_long,
  'repository-missing': m.error_repository_missing,
  'repository-unusable': ({ repository, problem, what }) =>
    m.error_repository_unusable({ repository, problem: PROBLEMS[problem]?.({ what }) ?? what }),
  'script-missing': () => m.error_script_missing(),
  'script-url-foreign': () => m.error_unexpected(),
  'server-busy': m.error_server_busy,
  'storage-full': ({ needed }) => (needed === '' ? m.error_storage_full() : m.error_storage_full_model({ needed })),
  'storage-newer': () => m.error_storage_newer(),
  'storage-short': m.error_storage_short,
  'storage-silent': () => m.error_storage_silent(),
  'storage-unavailable': () => m.error_storage_unavailable(),
  unexpected: () => m.error_unexpected(),
}

/** The sentence for an error in the person's language: what happened, what was kept and what to do. */
export function errorText({ code, details }: Pick<ErrorRecord, 'code' | 'details'>): string {
  const detail = (name: string) => String(details[name] ?? '')
  const size = (name: string) => (name in details ? new Format(getLocale()).bytes(Number(details[name])) : '')
  return TEXTS[code]({
    file: detail('file'),
    field: detail('field'),
    limit: detail('limit'),
    contextWindow: detail('contextWindow'),
    tokens: detail('tokens'),
    status: detail('status'),
    needed: size('neededBytes'),
    missing: size('missingBytes'),
    model: detail('model'),
    repository: detail('repository'),
    problem: detail('problem'),
    what: detail('what'),
    reason: detail('reason'),
  })
}
