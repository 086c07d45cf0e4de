import type { GgufProblem } from '../shared/gguf-problem'

/** This many bytes tell the kind of a file. */
export const FIRST_BYTES = 512

/** The magic numbers of llama.cpp's formats before GGUF, as the bytes lie in the file: ggml, ggmf, ggjt and ggla. */
const OLD_MAGICS = new Set(['lmgg', 'fmgg', 'tjgg', 'algg'])

/** The problem of a file that is no GGUF, by its first bytes; undefined for a GGUF. */
export function foreignProblem(first: Uint8Array): GgufProblem | undefined {
  if (first.length === 0) return 'empty'
  const text = String.fromCharCode(...first)
  const magic = text.slice(0, 4)
  if (magic === 'GGUF') return undefined
  if (OLD_MAGICS.has(magic)) return 'old-ggml'
  if (text.startsWith('version https://git-lfs')) return 'lfs-pointer'
  if (/^(?:\u00ef\u00bb\u00bf)?\s*<(?:!doctype|html|head|\?xml|!--)/i.test(text)) return 'web-page'
  // torch.save writes a zip whose first entry is data.pkl in a folder, and wrote a bare pickle before.
  if (magic === 'PK\u0003\u0004') return text.includes('data.pkl') ? 'pytorch' : 'zip'
  if (first[0] === 0x80 && (first[1] ?? 0) >= 2 && (first[1] ?? 0) <= 5) return 'pytorch'
  // Eight bytes of length, then JSON (github.com/huggingface/safetensors).
  if (text.startsWith('{"', 8)) return 'safetensors'
  return 'not-gguf'
}
