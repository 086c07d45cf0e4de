/**
 * `npm run notice`: writes NOTICE anew, with the packages that the built site has code of. With --check it only says
 * whether NOTICE is as it would be written.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const NOTICE = fileURLToPath(new URL('../NOTICE', import.meta.url))
const ABOUT = fileURLToPath(new URL('../dist/about.json', import.meta.url))

/** What the bundler does not see, by the package that brings it. @type {Readonly<Record<string, string>>} */
const WITHIN = {
  '@mlc-ai/web-llm': 'with tvmjs, web-tokenizers and web-xgrammar, Apache-2.0',
  '@wllama/wllama': "with llama.cpp and Emscripten's system libraries, MIT",
  katex: 'with its fonts, OFL-1.1',
}

/** @param {readonly import('../config/about.mjs').Package[]} packages */
function notice(packages) {
  const lines = packages.map(({ name, licence }) => {
    const within = WITHIN[name]
    return `  - ${name} (${licence}${within === undefined ? '' : `; ${within}`})`
  })
  return `Thinktab
Copyright 2026 The Thinktab authors

Licensed under the Apache License, Version 2.0 (see LICENSE).

What is built and shipped contains works of others under their own licences:

- the site; package-lock.json names the versions, and licences.txt in the built site has the texts:

${lines.join('\n')}

- the model libraries (public/models/*/*.wasm): the runtimes of Apache TVM and tvm-ffi (Apache-2.0), and Emscripten's
  system libraries (MIT; musl MIT; LLVM's libc++ and compiler-rt, Apache-2.0 with LLVM exceptions).
`
}

/** @type {{ packages: import('../config/about.mjs').Package[] }} */
const { packages } = JSON.parse(readFileSync(ABOUT, 'utf8'))
const wanted = notice(packages)
if (!process.argv.includes('--check')) writeFileSync(NOTICE, wanted)
else if (readFileSync(NOTICE, 'utf8') !== wanted) {
  console.error('NOTICE does not name what the built site contains: run npm run notice and look at the difference.')
  process.exitCode = 1
}
