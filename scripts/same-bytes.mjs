/** Builds the site once more and says which files have other bytes than before: two builds must give the same. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { hashList } from '../config/hash-list.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SITE = fileURLToPath(new URL('../dist', import.meta.url))

const lines = async () => (await hashList(SITE)).trimEnd().split('\n')

const before = await lines()
const { status } = spawnSync(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error'], {
  cwd: ROOT,
  stdio: ['ignore', 'ignore', 'inherit'],
})
const after = await lines()
const others = [...after.filter((line) => !before.includes(line)), ...before.filter((line) => !after.includes(line))]
for (const line of new Set(others.map((each) => each.slice(66))))
  console.error(`${line} has other bytes in a second build.`)
if (status !== 0 || others.length > 0) process.exitCode = 1
