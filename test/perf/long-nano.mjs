/** The built-in model with a context window of 4,608 tokens, for measurements: its text beyond 1,024 has no meaning. */
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const CONTEXT = 4608

/**
 * Its kernels do not depend on the context window; only their metadata names it. Kernels compiled for 4,608 differ from
 * those for 1,024 in nothing else.
 * @param {string} nano  folder of the built-in model @param {string} folder  where to write
 */
export async function writeLongNano(nano, folder) {
  await cp(nano, folder, { recursive: true })
  /** @typedef {{ path: string, bytes: number, sha256: string, role: string }} Artifact */
  const manifest = /** @type {{ contextWindow: number, artifacts: Artifact[] }} */ (
    JSON.parse(await readFile(join(nano, 'manifest.json'), 'utf8'))
  )
  const said = new RegExp(`("context_window_size": ?)${String(manifest.contextWindow)}\\b`)
  const isSaying = (/** @type {Artifact} */ { path, role }) => role === 'library' || path === 'mlc-chat-config.json'
  for (const artifact of manifest.artifacts.filter(isSaying)) {
    // latin1: a character a byte, so that a library comes back as it was
    const before = await readFile(join(nano, artifact.path), 'latin1')
    const bytes = Buffer.from(before.replace(said, `$1${String(CONTEXT)}`), 'latin1')
    if (bytes.toString('latin1') === before) throw new Error(`${artifact.path} does not say its context window`)
    artifact.bytes = bytes.length
    artifact.sha256 = createHash('sha256').update(bytes).digest('hex')
    await writeFile(join(folder, artifact.path), bytes)
  }
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, contextWindow: CONTEXT }))
}
