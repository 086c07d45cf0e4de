const DEPTH = 3
const ENTRIES = 50
const CHARACTERS = 12_000

/** Values as a console shows them, one text for all arguments of a call. Strings stand for themselves. */
export function inspectAll(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === 'string' ? value : inspect(value))).join(' ')
}

/** A value as text; if reading it throws, the error is shown as such. Never throws. */
export function inspect(value: unknown): string {
  return write(value, 0, []).slice(0, CHARACTERS)
}

function write(value: unknown, depth: number, above: readonly object[]): string {
  try {
    switch (typeof value) {
      case 'string':
        return JSON.stringify(value)
      case 'bigint':
        return `${String(value)}n`
      case 'function':
        return /^class\b/.test(Function.prototype.toString.call(value)) ? `class ${value.name}` : `ƒ ${value.name}()`
      case 'object':
        return value === null ? 'null' : writeObject(value, depth, above)
      case 'number':
        return Object.is(value, -0) ? '-0' : String(value)
      case 'boolean':
      case 'symbol':
      case 'undefined':
        return String(value)
    }
  } catch {
    return '[?]'
  }
}

function writeObject(value: object, depth: number, above: readonly object[]): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof RegExp) return String(value)
  if (above.includes(value)) return '[circular]'
  const name = nameOf(value)
  if (depth >= DEPTH) return Array.isArray(value) ? '[…]' : `${name}{…}`
  const inner = (part: unknown) => write(part, depth + 1, [...above, value])
  if (Array.isArray(value)) return `[${join(value, value.length, inner)}]`
  if (ArrayBuffer.isView(value) && 'length' in value && Symbol.iterator in value)
    return `${name}[${join(value as unknown as Iterable<unknown>, Number(value.length), inner)}]`
  if (value instanceof Map)
    return `Map(${value.size}) {${join(value, value.size, ([key, part]) => `${inner(key)} => ${inner(part)}`)}}`
  if (value instanceof Set) return `Set(${value.size}) {${join(value, value.size, inner)}}`
  const keys = Object.keys(value)
  const pair = (key: string) =>
    `${/^[\p{L}_$][\p{L}\d_$]*$/u.test(key) ? key : JSON.stringify(key)}: ${inner((value as Record<string, unknown>)[key])}`
  return keys.length === 0 ? `${name}{}` : `${name}{ ${join(keys, keys.length, pair)} }`
}

/** The name of an object's class, with a space behind it; nothing for plain objects. */
function nameOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype) return ''
  const name: unknown = (value.constructor as { name?: unknown } | undefined)?.name
  return typeof name === 'string' && name !== '' ? `${name} ` : ''
}

function join<T>(parts: Iterable<T>, size: number, text: (part: T) => string): string {
  const shown: string[] = []
  for (const part of parts) {
    if (shown.length === ENTRIES) break
    shown.push(text(part))
  }
  return size > shown.length ? [...shown, `… ${size - shown.length} more`].join(', ') : shown.join(', ')
}
