/** The real worker with every grammar that it has, behind the page's side of it. */
import { afterAll, describe, expect, it } from 'vitest'
import highlightWorkerUrl from './highlight-worker?worker&url'
import { Highlighter } from './highlighter'
import { languageOf, LANGUAGE_WORDS } from './languages'
import { ROLES } from './roles'
import { toLines, toPieces } from './runs'

const workers: Worker[] = []
const highlighter = new Highlighter(() => {
  const worker = new Worker(highlightWorkerUrl, { type: 'module' })
  workers.push(worker)
  return worker
})
afterAll(() => {
  for (const worker of workers) worker.terminate()
})

/** Colours a whole text. @returns the pieces of each line, after the runs were checked against the text */
async function coloured(word: string, text: string) {
  const grammar = languageOf(word)?.grammar ?? ''
  const runs = await new Promise<Uint16Array>((resolve) => {
    highlighter.follow(grammar, (_from, told) => resolve(told)).update(text, true)
  })
  const lines = toLines(runs)
  const texts = text.split('\n')
  expect(lines.length).toBe(texts.length)
  return texts.map((line, index) => {
    for (const run of lines[index] ?? []) expect(run & 15).toBeLessThan(ROLES.length)
    return toPieces(line, lines[index]).map((piece) => ({ role: ROLES[piece.role] ?? '', text: piece.text }))
  })
}

/** A line of each language with a word in it that must have a colour, and the colour. */
const SAMPLES: Readonly<Record<string, readonly [text: string, word: string, role: string]>> = {
  bash: ['if [ -f x ]; then echo "$HOME"; fi', 'if', 'keyword'],
  c: ['#include <stdio.h>\nint main(void) { return 0; }', 'return', 'keyword'],
  cmake: ['if(WIN32)\n  project(x)\nendif()', 'if', 'keyword'],
  cpp: ['template <class T> class A { /* a\nb */ };', 'template', 'keyword'],
  csharp: ['public class A { string s = "x"; }', 'public', 'keyword'],
  css: ['a:hover { color: #fff; }', 'color', 'attribute'],
  dart: ['void main() { print("x"); }', 'void', 'keyword'],
  diff: ['-old\n+new', '+new', 'addition'],
  dockerfile: ['FROM node:20\nRUN npm ci', 'FROM', 'keyword'],
  go: ['func main() { x := 1 }', 'func', 'keyword'],
  graphql: ['query { user(id: 1) { name } }', 'query', 'keyword'],
  haskell: ['module Main where\nmain = putStrLn "x"', 'module', 'keyword'],
  ini: ['[a]\nb = "c"', '[a]', 'title'],
  java: ['public class A { int x = 1; }', 'public', 'keyword'],
  javascript: ['const x = `a${1}b`', 'const', 'keyword'],
  json: ['{ "a": [1, true, "x"] }', '"a"', 'attribute'],
  julia: ['function f(x)\n  x + 1\nend', 'function', 'keyword'],
  kotlin: ['fun main() { val x = 1 }', 'fun', 'keyword'],
  latex: ['\\section{A} % c', '\\section', 'keyword'],
  lua: ['local x = 1 -- c', 'local', 'keyword'],
  makefile: ['all:\n\techo x # c', 'all:', 'title'],
  markdown: ['# Title\n\n`code`', '# Title', 'title'],
  matlab: ['for i = 1:3\n  x = i; % c\nend', 'for', 'keyword'],
  objectivec: ['@interface A : NSObject\n@end', '@interface', 'keyword'],
  perl: ['my $x = "a"; # c', 'my', 'keyword'],
  php: ['<?php function f() { return 1; }', 'function', 'keyword'],
  powershell: ['function f { Write-Output "x" } # c', 'function', 'keyword'],
  protobuf: ['message A { string b = 1; }', 'message ', 'keyword'],
  python: ['def f(x):\n    """a\n    b"""\n    return 1', 'def', 'keyword'],
  r: ['f <- function(x) x + 1 # c', 'function', 'keyword'],
  ruby: ['def f(x)\n  "#{x}"\nend', 'def', 'keyword'],
  rust: ['fn main() { let x = 1; }', 'fn', 'keyword'],
  scala: ['object A { def f = 1 }', 'object', 'keyword'],
  scss: ['$a: 1px;\na { b: $a }', '1px', 'number'],
  sql: ["select * from t where a = 'b'", 'select', 'keyword'],
  swift: ['func f() { let x = 1 }', 'func', 'keyword'],
  typescript: ['interface A { x: number }', 'interface', 'keyword'],
  xml: ['<p class="a">x</p><script>const x = 1</script>', 'const', 'keyword'],
  yaml: ['a:\n  - "x"', 'a:', 'attribute'],
}

describe('the worker', () => {
  it.each(Object.entries(SAMPLES))('colours %s', async (grammar, [text, word, role]) => {
    const pieces = (await coloured(grammar, text)).flat()
    expect(pieces).toContainEqual({ role, text: word })
  })

  it('is asked above for every grammar that a fence can name', () => {
    const named = LANGUAGE_WORDS.flatMap((word) => languageOf(word)?.grammar ?? [])
    expect(Object.keys(SAMPLES).sort()).toEqual([...new Set(named)].sort())
  })

  it('is ended when a grammar gets stuck on a text, and colours the next', { timeout: 30_000 }, async () => {
    const before = workers.length
    highlighter.follow('javascript', () => expect.unreachable()).update('a'.repeat(100_000), true)
    const start = performance.now()
    expect((await coloured('json', '[1]')).flat()).toContainEqual({ role: 'number', text: '1' })
    expect(performance.now() - start).toBeGreaterThan(2500)
    expect(workers.length).toBe(before + 1)
  })

  it.each([
    ['html', '<'.repeat(100_000)],
    ['js', '`${'.repeat(30_000)],
    ['json', '['.repeat(100_000)],
    ['css', 'a{'.repeat(50_000)],
    ['ts', '('.repeat(100_000)],
    ['md', '*'.repeat(100_000)],
    ['sql', '\n'.repeat(100_000)],
    ['py', '</script>\n${"x"}\n\u2028\u0000\ud800"""'],
  ])('survives hostile %s', { timeout: 15_000 }, async (word, text) => {
    await coloured(word, text)
  })
})
