/** Crockford's letters: none is taken for another. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 32
const GROUP = 4

/** A code of 160 random bits, in groups: nobody guesses it, so it needs no slow derivation. */
export function newRecoveryCode(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(LENGTH))
  const letters = Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join('')
  return letters.replace(new RegExp(`.{${String(GROUP)}}(?=.)`, 'g'), '$&-')
}

/** The code without its groups. */
export const lettersOf = (code: string): string => code.replace(/[\s-]/g, '')

/** The letters of a code, of what a person typed; undefined if it cannot be one. */
export function readRecoveryCode(typed: string): string | undefined {
  const letters = lettersOf(typed).toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1')
  return letters.length === LENGTH && Array.from(letters).every((letter) => LETTERS.includes(letter))
    ? letters
    : undefined
}
