import { EXTENSIONS, languageOf } from './languages'

/** Files that have a name and no extension, by the extension that their language has here. */
const NAMED: Readonly<Record<string, string>> = { dockerfile: 'Dockerfile', mk: 'Makefile', cmake: 'CMakeLists.txt' }

/** A first line that is a comment with one word, such as `# src/app.py`, `// file: main.rs` or `<!-- index.html -->`. */
const HINT = /^(?:#|\/\/|--|;|%|<!--|\/\*)+\s*(?:file(?:name)?\s*:\s*)?([\w./\\-]+)\s*(?:-->|\*\/)?\s*$/i
/** The longest first line that can name a file. */
const LONGEST_HINT = 200
const SAFE_NAME = /^\w[\w.-]{0,80}$/

/** The name of a file for a block of code: the name that its first line gives, or one by its language. */
export function codeFileName(word: string, text: string): string {
  const [first = ''] = text.slice(0, LONGEST_HINT).split('\n', 1)
  const hinted = HINT.exec(first)?.[1] ?? word.split(':').at(-1) ?? ''
  const name = hinted.split(/[/\\]/).at(-1) ?? ''
  if (SAFE_NAME.test(name) && isFileName(name)) return name
  const extension = languageOf(word)?.extension ?? 'txt'
  return NAMED[extension] ?? `code.${extension}`
}

/** Whether the name is usual for code: a program of the system (.exe) is not. */
function isFileName(name: string): boolean {
  const ending = /.\.([A-Za-z0-9]+)$/.exec(name)?.[1]
  return ending === undefined ? Object.values(NAMED).includes(name) : EXTENSIONS.has(ending.toLowerCase())
}
