import { sha256 as incremental } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { release } from './release'

const SLICE_BYTES = 1024 * 1024

/** SHA-256 as lower-case hexadecimal. */
export async function sha256(bytes: ArrayBuffer): Promise<string> {
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))
}

/** Bytes that are given in hexadecimal, in Base64. */
export function base64(hex: string): string {
  return btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))))
}

/** Git's name of a file: SHA-1 over a header with its length, and its content, as lower-case hexadecimal. */
export async function gitBlobId(bytes: ArrayBuffer): Promise<string> {
  const header = new TextEncoder().encode(`blob ${bytes.byteLength}\0`)
  const whole = await new Blob([header, bytes]).arrayBuffer()
  return bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-1', whole)))
}

/**
 * SHA-256 of a Blob of any size, with at most `wholeBytes` of it in memory. Up to that size the browser's own function
 * does it, which is faster but needs all bytes at once; larger Blobs go slice by slice.
 *
 * @param onDone told after each slice how many bytes are done; an error from it ends the work
 * @throws {DOMException} `NotReadableError` when the browser has lost the Blob's bytes
 */
export async function sha256OfBlob(
  blob: Blob,
  wholeBytes: number,
  onDone: (bytes: number) => void = () => undefined,
): Promise<string> {
  if (blob.size <= wholeBytes) {
    const bytes = await blob.arrayBuffer()
    const hash = await sha256(bytes)
    release(bytes)
    return hash
  }
  const hash = incremental.create()
  for (let at = 0; at < blob.size; at += SLICE_BYTES) {
    const bytes = await blob.slice(at, at + SLICE_BYTES).arrayBuffer()
    hash.update(new Uint8Array(bytes))
    release(bytes)
    onDone(Math.min(blob.size, at + SLICE_BYTES))
  }
  return bytesToHex(hash.digest())
}
