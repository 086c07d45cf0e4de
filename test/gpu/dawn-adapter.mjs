// node dawn-adapter.mjs FOLDER: the adapter of npm's `webgpu` in a folder, as JSON. A process of its own, because Dawn keeps it alive.
import process from 'node:process'
import { openDawn } from '../../compiler/check/dawn.mjs'

const adapter = await (await openDawn(process.argv[2] ?? '.')).requestAdapter({ powerPreference: 'high-performance' })
if (!adapter) throw new Error('Dawn gives no adapter.')
const { vendor, architecture, description } = adapter.info
const software = /swiftshader|llvmpipe/i.test(`${vendor} ${architecture} ${description}`)
const found = { vendor, architecture, description, software, f16: adapter.features.has('shader-f16') }
process.stdout.write(JSON.stringify(found), () => process.exit())
