import { ggufUnusable } from '../../shared/gguf-problem'

/** The number that 16 bits hold (IEEE 754 binary16). @param what the tensor's name, for the error @throws {AppError} `gguf-unusable` if it is not finite */
export function fromF16(bits: number, what: string): number {
  const exponent = (bits >>> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) throw ggufUnusable('numbers-invalid', { what })
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25)
  return bits & 0x8000 ? -size : size
}

/**
 * The 16 bits of a number that they hold exactly.
 *
 * @param what the tensor's name, for the error
 * @throws {AppError} `gguf-unusable` if it is too large
 */
export function toF16(value: number, what: string): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (size < 2 ** -14) return sign | (size * 2 ** 24)
  const exponent = Math.floor(Math.log2(size))
  if (exponent > 15) throw ggufUnusable('numbers-invalid', { what })
  return sign | ((exponent + 15) << 10) | ((size / 2 ** exponent - 1) * 1024)
}
