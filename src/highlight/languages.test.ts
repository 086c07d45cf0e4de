import { describe, expect, it } from 'vitest'
import { codeFileName } from './file-name'
import { grammars as common } from './grammars-common'
import { grammars as more } from './grammars-more'
import { EXTENSIONS, languageOf, LANGUAGE_WORDS } from './languages'

describe('languageOf', () => {
  it.each([
    ['py', 'Python', 'python'],
    ['Python3', 'Python', 'python'],
    ['JS', 'JavaScript', 'javascript'],
    ['tsx', 'TSX', 'typescript'],
    ['zsh', 'Shell', 'bash'],
    ['c++', 'C++', 'cpp'],
    ['C#', 'C#', 'csharp'],
    ['yaml', 'YAML', 'yaml'],
    ['html', 'HTML', 'xml'],
    ['xml', 'XML', 'xml'],
    ['vue', 'Vue', 'xml'],
    ['golang', 'Go', 'go'],
    ['{r}', 'R', 'r'],
    ['{.python', 'Python', 'python'],
    ['python{1,3}', 'Python', 'python'],
    ['ts:src/app.ts', 'TypeScript', 'typescript'],
    ['src/Main.java', 'Java', 'java'],
    ['Dockerfile', 'Dockerfile', 'dockerfile'],
    ['makefile', 'Makefile', 'makefile'],
  ])('reads %s as %s', (word, name, grammar) => {
    expect(languageOf(word)).toMatchObject({ name, grammar })
  })

  it('knows plain text as such, and does not guess', () => {
    for (const word of ['', 'text', 'PlainText', 'output'])
      expect(languageOf(word)).toMatchObject({ grammar: undefined })
    for (const word of ['brainfuck', '"><script>', 'constructor', '__proto__', '.', ':', '中文'])
      expect(languageOf(word)).toBeUndefined()
  })

  it('names grammars that the worker has, and all of them', () => {
    const named = new Set(
      LANGUAGE_WORDS.map((word) => languageOf(word)?.grammar).filter((grammar) => grammar !== undefined),
    )
    expect([...named].sort()).toEqual(Object.keys({ ...common, ...more }).sort())
  })
})

describe('codeFileName', () => {
  it.each([
    ['python', '# src/app.py\nprint(1)', 'app.py'],
    ['js', '// file: main.mjs\n', 'main.mjs'],
    ['html', '<!-- index.html -->\n<p>', 'index.html'],
    ['css', '/* style.css */', 'style.css'],
    ['sql', '-- filename: schema.sql\nselect 1', 'schema.sql'],
    ['', '# Makefile\nall:', 'Makefile'],
    ['ts:src/app.ts', 'let x', 'app.ts'],
    ['server.go', 'package main', 'server.go'],
  ])('takes the name that %s %j gives', (word, text, name) => {
    expect(codeFileName(word, text)).toBe(name)
  })

  it.each([
    ['python', 'print(1)', 'code.py'],
    ['bash', '#!/bin/sh\nls', 'code.sh'],
    ['dockerfile', 'FROM x', 'Dockerfile'],
    ['make', 'all:', 'Makefile'],
    ['cmake', 'project(x)', 'CMakeLists.txt'],
    ['', 'hello', 'code.txt'],
    ['brainfuck', '+++', 'code.txt'],
    ['python', '# a comment', 'code.py'],
    ['python', '# Note.', 'code.py'],
    ['bash', '# evil.exe', 'code.sh'],
    ['bash', '# .bashrc', 'code.sh'],
    ['js', '// ../../etc/passwd', 'code.js'],
    ['js', `// ${'x'.repeat(300)}.js`, 'code.js'],
    ['py', '# a\u202eyp.exe.py', 'code.py'],
  ])('names %s %j by its language', (word, text, name) => {
    expect(codeFileName(word, text)).toBe(name)
  })

  it('never gives a path, and always an ending that code has', () => {
    for (const word of ['', '../x.py', 'c:\\x.py', 'a/b', ':', 'x.exe', '-rf.py'])
      expect(codeFileName(word, '')).toMatch(new RegExp(`^\\w[\\w.-]*\\.(?:${[...EXTENSIONS].join('|')})$`))
  })
})
