import { m } from '../../i18n'
import type { ErrorRecord } from '../../shared/errors'
import { importText } from './import-text'

/**
 * Why a model could not be added, and what to do, in the person's language. What only a hub's answer can come to has its sentences
 * here and not in error-text.ts, which is a part of the first paint.
 */
export function additionText(error: Pick<ErrorRecord, 'code' | 'details'>): string {
  const { code, details } = error
  const status = Number(details['status'] ?? 0)
  const repository = String(details['repository'] ?? '')
  if (code === 'network' && details['reason'] === 'cors')
    return m.add_model_cors({ file: String(details['file'] ?? '') })
  if (code === 'repository-missing') {
    if (details['gated'] === true || status === 403) return m.add_model_gated({ repository, status })
    // Hubs answer so for what does not exist, so as not to tell what is private.
    if (status === 401) return m.add_model_private({ repository, status })
  }
  if (code === 'server-busy' && status === 429) return m.add_model_busy({ status })
  return importText(error)
}
