import { m } from '../../i18n'
import type { ErrorRecord } from '../../shared/errors'
import { ggufText } from './gguf-text'

/** The problem of files or a folder that somebody gave, by the reason that the error names. */
const TEXTS: Readonly<Record<string, (facts: { readonly file: string; readonly field: string }) => string>> = {
  'no-manifest': () => m.import_no_manifest(),
  'manifest-broken': () => m.import_manifest_broken(),
  'zip-broken': ({ file }) => m.import_zip_broken({ file }),
  'file-missing': ({ file }) => m.import_file_missing({ file }),
  'file-damaged': ({ file }) => m.import_file_damaged({ file }),
  'no-answer': ({ file }) => m.import_no_answer({ file }),
}

/** The problem of a hub's answer; undefined for all other errors. */
function hubText({ code, details }: Pick<ErrorRecord, 'code' | 'details'>): string | undefined {
  const status = Number(details['status'] ?? 0)
  const repository = String(details['repository'] ?? '')
  if (code === 'repository-missing') {
    if (details['gated'] === true || status === 403) return m.add_model_gated({ repository, status })
    // Hubs answer 401 for a missing repository too, so that nobody learns which ones are private.
    if (status === 401) return m.add_model_private({ repository, status })
  }
  return code === 'server-busy' && status === 429 ? m.add_model_busy({ status }) : undefined
}

/**
 * The problem of a model that somebody adds, and what to do. Nothing of it was stored if the sentence does not say so.
 */
export function importText(error: Pick<ErrorRecord, 'code' | 'details'>): string {
  const { code, details } = error
  const text = TEXTS[String(details['reason'] ?? '')]
  const facts = { file: String(details['file'] ?? ''), field: String(details['field'] ?? '') }
  // A hub's repository has reasons of its own, some with the same names.
  if (text && code !== 'repository-unusable') return text(facts)
  if (code === 'manifest-invalid') return m.import_manifest_invalid(facts)
  return hubText(error) ?? ggufText(error)
}
