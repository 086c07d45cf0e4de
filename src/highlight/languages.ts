/** A language that a fence may name. */
export interface Language {
  /** The common name of the language. */
  readonly name: string
  /** highlight.js's name for its grammar; undefined for plain text. */
  readonly grammar: string | undefined
  /** Of a file in it, without the dot. */
  readonly extension: string
}

/** Grammar, name, extension, and further words for the language. */
const LANGUAGES: readonly (readonly [grammar: string, name: string, extension: string, words: string])[] = [
  // src/highlight/grammars-common.ts
  ['bash', 'Shell', 'sh', 'shell zsh console shellscript shell-session terminal'],
  ['c', 'C', 'c', 'h'],
  ['cpp', 'C++', 'cpp', 'c++ cc cxx hpp hxx cuda cu ino arduino'],
  ['css', 'CSS', 'css', ''],
  ['go', 'Go', 'go', 'golang'],
  ['java', 'Java', 'java', ''],
  ['javascript', 'JavaScript', 'js', 'mjs cjs node'],
  ['javascript', 'JSX', 'jsx', ''],
  ['json', 'JSON', 'json', 'jsonc json5 jsonl ndjson'],
  ['markdown', 'Markdown', 'md', 'mdx'],
  ['python', 'Python', 'py', 'python3 py3 pyi ipython'],
  ['rust', 'Rust', 'rs', ''],
  ['sql', 'SQL', 'sql', 'mysql postgres postgresql sqlite plsql tsql'],
  ['typescript', 'TypeScript', 'ts', 'mts cts'],
  ['typescript', 'TSX', 'tsx', ''],
  ['xml', 'XML', 'xml', 'xsd xsl xslt rss plist'],
  ['xml', 'HTML', 'html', 'htm xhtml'],
  ['xml', 'SVG', 'svg', ''],
  ['xml', 'Vue', 'vue', ''],
  ['xml', 'Svelte', 'svelte', ''],
  // src/highlight/grammars-more.ts
  ['cmake', 'CMake', 'cmake', ''],
  ['csharp', 'C#', 'cs', 'c#'],
  ['dart', 'Dart', 'dart', ''],
  ['diff', 'Diff', 'diff', 'patch'],
  ['dockerfile', 'Dockerfile', 'dockerfile', 'docker'],
  ['graphql', 'GraphQL', 'graphql', 'gql'],
  ['haskell', 'Haskell', 'hs', ''],
  ['ini', 'INI', 'ini', 'cfg conf properties'],
  ['ini', 'TOML', 'toml', ''],
  ['julia', 'Julia', 'jl', ''],
  ['kotlin', 'Kotlin', 'kt', 'kts'],
  ['latex', 'LaTeX', 'tex', ''],
  ['lua', 'Lua', 'lua', ''],
  ['makefile', 'Makefile', 'mk', 'make'],
  ['matlab', 'MATLAB', 'm', 'octave'],
  ['objectivec', 'Objective-C', 'mm', 'objc objective-c'],
  ['perl', 'Perl', 'pl', 'pm'],
  ['php', 'PHP', 'php', ''],
  ['powershell', 'PowerShell', 'ps1', 'ps pwsh'],
  ['protobuf', 'Protocol Buffers', 'proto', ''],
  ['r', 'R', 'r', 'rscript'],
  ['ruby', 'Ruby', 'rb', ''],
  ['scala', 'Scala', 'scala', ''],
  ['scss', 'SCSS', 'scss', 'sass'],
  ['swift', 'Swift', 'swift', ''],
  ['yaml', 'YAML', 'yml', 'yaml'],
]

/** Words for text that is no code; the interface has its own word for them. */
const PLAIN = ['', 'text', 'txt', 'plain', 'plaintext', 'output', 'log', 'none']

const BY_WORD = new Map<string, Language>()
// The first language with a word gets it.
for (const [grammar, name, extension, words] of LANGUAGES)
  for (const word of [grammar, extension, name.toLowerCase(), ...words.split(' ')])
    if (word !== '' && !BY_WORD.has(word)) BY_WORD.set(word, { grammar, name, extension })
for (const word of PLAIN) BY_WORD.set(word, { grammar: undefined, name: '', extension: 'txt' })

/** Every word that names a language, in small letters. */
export const LANGUAGE_WORDS: readonly string[] = [...BY_WORD.keys()]

/** Extensions that a text itself may give to a file. */
export const EXTENSIONS: ReadonlySet<string> = new Set([
  ...[...BY_WORD.values()].map(({ extension }) => extension),
  ...['yaml', 'h', 'hpp', 'cc', 'mjs', 'cjs', 'htm', 'jsonl', 'kts', 'conf', 'cfg', 'csv', 'env'],
])

/**
 * The language for a fence's word, in any case: `Py`, `{r}`, `ts:src/app.ts`, `src/app.ts`. Undefined if it is not
 * known.
 */
export function languageOf(word: string): Language | undefined {
  const lower = word.toLowerCase()
  const bare = lower.replace(/^[{.]+|[:{},;].*$/g, '')
  const known = BY_WORD.get(lower)
  if (known || bare === '') return known
  return BY_WORD.get(bare) ?? BY_WORD.get(/\.(\w+)$/.exec(bare)?.[1] ?? bare)
}
